public import Authentication
import Glibc
public import Wire

/// Why an instance could not be sampled. The probe's connection ends with it, and another is tried after a pause.
public enum ProbeFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// No socket could be made.
  case noSocket(errno: Int32)
  /// The connection was not taken.
  case connectFailed(errno: Int32)
  /// The connection was not there in time.
  case connectTimedOut(Duration)
  /// The instance does not encrypt, and has to.
  case withoutTLS
  /// The connection could not be encrypted, or the instance's certificate was not accepted.
  case notTrusted(String)
  /// The instance did not let the probe in in time.
  case loginTimedOut(Duration)
  /// The instance refused the probe.
  case loginRefused(SQLState, String)
  /// The instance asks for a proof, and the probe has no password.
  case loginNeeds(AuthenticationMethod)
  /// The login failed for another reason.
  case loginFailed(ServerLoginError)
  /// The question was not answered in time.
  case answerTimedOut(Duration)
  /// The instance answered with an error.
  case failed(SQLState, String)
  /// The instance ended the connection.
  case connectionClosed
  /// The connection broke.
  case connectionBroke(errno: Int32)
  /// What the instance said is no answer.
  case malformed(ProbeFault)

  /// What happened, why, and what to do, in a sentence.
  public var description: String {
    switch self {
    case .noSocket(let errno): "no socket could be made: \(Self.text(errno))"
    case .connectFailed(let errno): "the connection failed: \(Self.text(errno))"
    case .connectTimedOut(let limit): "no connection within \(limit) (probes.connect)"
    case .withoutTLS: "the server does not offer TLS, which servers.tls asks for"
    case .notTrusted(let reason): "the connection can't be encrypted: \(reason)"
    case .loginTimedOut(let limit): "no login within \(limit)"
    case .loginRefused(let code, let message):
      "login refused: \(code) \(message); probes.user must be a role that may log in to probes.database"
    case .loginNeeds(let method):
      "the server asks for \(method.rawValue), and the probe has no password: name a file with it as "
        + "probes.passwordFile, or allow probes.user by `trust` in pg_hba.conf"
    case .loginFailed(let error): "the login failed: \(error)"
    case .answerTimedOut(let limit): "no answer within \(limit)"
    case .failed(let code, let message): "the server answered with an error: \(code) \(message)"
    case .connectionClosed: "the server ended the connection"
    case .connectionBroke(let errno): "the connection broke: \(Self.text(errno))"
    case .malformed(let fault): "no answer of PostgreSQL 12 or newer: \(fault)"
    }
  }

  private static func text(_ errno: Int32) -> String { String(cString: strerror(errno)) }
}

/// What is wrong with something that an instance said.
public enum ProbeFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// It can't be cut into messages.
  case framing(FramingError)
  /// A message is not laid out as it should be.
  case body(MessageBodyError)
  /// A message of this type has no place there.
  case unexpected(type: UInt8)
  /// The query has ended without a row.
  case noRow
  /// A column has a value that it can't have.
  case column(ProbeColumn)

  /// What is wrong, in a few words.
  public var description: String {
    switch self {
    case .framing(let error): "\(error)"
    case .body(let error): "\(error)"
    case .unexpected(let type): "message '\(Character(Unicode.Scalar(type)))' out of place"
    case .noRow: "no row"
    case .column(.epoch): "the setting \(ProbeQuestion.epochSetting) is no number"
    case .column(let column): "the column \"\(column)\" makes no sense"
    }
  }
}
