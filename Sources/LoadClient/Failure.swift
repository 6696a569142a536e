public import Wire

/// Why a transaction, or a connection, failed: an SQLSTATE that the server told, or a cause of the
/// client's own.
///
/// Eight bytes without a reference, so that failures can be counted without cost.
public struct Failure: Hashable, Sendable {
  /// What no SQLSTATE says.
  public enum Cause: UInt8, Sendable, CaseIterable {
    /// The server broke the protocol, or sent what a load test has no use for, as COPY data.
    case protocolViolation
    /// The server asks for a login that the target's password can't answer.
    case login
    /// A transaction was still open when its last statement had ended; it was rolled back.
    case leftOpen
    /// A checker could make nothing of the answer.
    case unreadableAnswer
    /// It took longer than the scenario's `transactionTimeout`.
    case timeout
    /// The server closed the connection.
    case closed
    /// The connection was reset.
    case reset
    /// TLS failed.
    case tls
    /// Nobody listens at the address.
    case connectRefused
    /// `connect`, or the login, took longer than the scenario's `connectTimeout`.
    case connectTimeout
    /// The address can't be reached.
    case connectUnreachable
  }

  /// An SQLSTATE's five characters, the first in the highest place; or a cause's number plus one.
  @usableFromInline let bits: UInt64

  /// What the server told.
  @inlinable
  public init(sqlState: SQLState) { self.init(code: sqlState.description.utf8) }

  /// A cause of the client's own.
  @inlinable
  public init(_ cause: Cause) { bits = UInt64(cause.rawValue) + 1 }

  /// Five bytes of an error's code.
  @inlinable
  init(code: some Sequence<UInt8>) { bits = code.reduce(0) { $0 << 8 | UInt64($1) } }

  /// The cause; nil where a server told an SQLSTATE.
  public var cause: Cause? {
    bits <= UInt64(UInt8.max) ? Cause(rawValue: UInt8(bits) - 1) : nil
  }

  /// What reports call it: `57P01`, `timeout`, `connect: refused`. Allocates.
  public var name: String {
    if let cause { return cause.name }
    var text = ""
    for place in 0..<5 {
      let byte = UInt8(truncatingIfNeeded: bits >> (32 - 8 * UInt64(place)))
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return text
  }
}

extension Failure.Cause {
  /// What reports call it: `timeout`, `connect: refused`.
  public var name: String {
    switch self {
    case .protocolViolation: "protocol"
    case .login: "login"
    case .leftOpen: "left open"
    case .unreadableAnswer: "unreadable answer"
    case .timeout: "timeout"
    case .closed: "closed"
    case .reset: "reset"
    case .tls: "tls"
    case .connectRefused: "connect: refused"
    case .connectTimeout: "connect: timeout"
    case .connectUnreachable: "connect: unreachable"
    }
  }
}
