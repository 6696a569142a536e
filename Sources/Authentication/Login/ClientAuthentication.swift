public import Wire

/// What the router demands of a client before it lets it in, as a state machine without IO.
///
/// ```
///           trust
/// fresh ─────────────────────────────────────────────────────────▶ over
///   │ md5                                                            ▲
///   ├───────▶ awaitingMD5 ─ p: accepted, rejected ───────────────────┤
///   │ scram                                                          │
///   └───────▶ awaitingInitial ─ p ─▶ awaitingFinal ─ p: accepted ────┤
///                   │ malformed                         rejected     │
///                   └────────────────────────────────────────────────┘
/// ```
public struct ClientAuthentication: Sendable {
  /// The method, and what it is checked against.
  public enum Demand: Sendable {
    /// Nothing: whoever can connect is let in.
    case trust
    /// The password's MD5 hash.
    ///
    /// - Parameters:
    ///   - salt: four random bytes, new ones for each login.
    case md5(MD5Verifier, salt: UInt32)
    /// A proof that the client knows the password.
    case scram(ScramServer)
  }

  /// What to do next.
  public enum Action: Sendable {
    /// Send this whole message, and wait for the client's next one.
    case send([UInt8])
    /// Send these whole messages, `AuthenticationOk` the last: the client is in, and servers take this
    /// credential.
    case accepted([UInt8], credential: Credential)
    /// Send this error, and close the connection.
    case rejected(ErrorResponse, Rejection)
  }

  /// Why a client is rejected: for logs, counters and ``LoginThrottle``. A client that does not know the
  /// password is told the same in both cases.
  public enum Rejection: Sendable, Hashable {
    /// The password is wrong.
    case wrongPassword
    /// There is no such role, or it has no password.
    case unknownUser
    /// The client broke the protocol, or somebody is in between.
    case malformed
    /// MD5 is demanded, and OpenSSL may not compute it (FIPS mode).
    case md5Unavailable

    /// Whether the client has tried a password: what a throttle counts.
    public var isGuess: Bool { self == .wrongPassword || self == .unknownUser }
  }

  private enum State: Sendable {
    /// Nothing has been sent.
    case fresh(Demand)
    /// The client has the salt.
    case awaitingMD5(MD5Verifier, salt: UInt32)
    /// The client chooses one of the mechanisms.
    case awaitingInitial(ScramServer)
    /// The client proves that it knows the password.
    case awaitingFinal(ScramServer)
    /// Accepted or rejected.
    case over
  }

  private let user: [UInt8]
  private var state: State

  /// A login of a client.
  ///
  /// - Parameters:
  ///   - user: the role as the startup message names it.
  ///   - demand: the method. For a role that does not exist, a ``ScramServer`` with a mock verifier.
  public init(user: [UInt8], demand: Demand) {
    self.user = user
    self.state = .fresh(demand)
  }

  /// The first message for the client. To be called once, before anything else.
  public mutating func begin() -> Action {
    guard case .fresh(let demand) = state else { return rejectMessage("it is not due") }
    switch demand {
    case .trust: return accept(.none)
    case .md5(let verifier, let salt):
      state = .awaitingMD5(verifier, salt: salt)
      return .send(AuthenticationRequest.encodedMD5Password(salt: salt))
    case .scram(let server):
      state = .awaitingInitial(server)
      return .send(AuthenticationRequest.encodedSASL(mechanisms: server.mechanisms))
    }
  }

  /// Takes the body of a `p` message, at most ``AuthenticationLimits/messageBytes`` long.
  public mutating func receive(_ body: RawSpan) -> Action {
    switch state {
    case .awaitingMD5(let verifier, let salt): return check(body, verifier, salt: salt)
    case .awaitingInitial(var server):
      do throws(ScramError) {
        let answer = try server.receiveInitial(body)
        state = .awaitingFinal(server)
        return finish(answer)
      } catch {
        return reject(error)
      }
    case .awaitingFinal(var server):
      do throws(ScramError) {
        return finish(try server.receiveFinal(body))
      } catch {
        return reject(error)
      }
    case .fresh, .over: return rejectMessage("it is not due")
    }
  }

  private mutating func finish(_ answer: ScramServer.Answer) -> Action {
    switch answer {
    case .send(let message): return .send(message)
    case .accepted(let message, let keys): return accept(.scram(keys), after: message)
    case .rejected(.wrongPassword): return rejectPassword(.wrongPassword)
    case .rejected(.unknownUser): return rejectPassword(.unknownUser)
    }
  }

  private mutating func check(_ body: RawSpan, _ verifier: MD5Verifier, salt: UInt32) -> Action {
    if body.byteCount > AuthenticationLimits.messageBytes {
      return rejectMessage("it has \(body.byteCount) bytes")
    }
    do throws(MessageBodyError) {
      let given = body.copy(of: try PasswordMessage.decode(body))
      guard let expected = verifier.response(salt: salt) else { return rejectMD5() }
      let isRight = Hashing.areEqual(given.span, expected.span)
      return isRight ? accept(.md5(verifier)) : rejectPassword(.wrongPassword)
    } catch {
      return rejectMessage("\(error)")
    }
  }
}

extension ClientAuthentication {
  private mutating func accept(_ credential: Credential, after message: [UInt8] = []) -> Action {
    state = .over
    return .accepted(message + AuthenticationRequest.encodedOK(), credential: credential)
  }

  private mutating func reject(_ error: ScramError) -> Action {
    state = .over
    return .rejected(error.response, .malformed)
  }

  private mutating func rejectMessage(_ detail: String) -> Action {
    state = .over
    let error = ErrorResponse(
      sqlState: .protocolViolation, message: "invalid password message", detail: detail)
    return .rejected(error, .malformed)
  }

  /// The words are PostgreSQL's.
  private mutating func rejectPassword(_ rejection: Rejection) -> Action {
    state = .over
    let message = "password authentication failed for user \"\(readable(user))\""
    return .rejected(ErrorResponse(sqlState: .invalidPassword, message: message), rejection)
  }

  private mutating func rejectMD5() -> Action {
    state = .over
    let error = ErrorResponse(
      sqlState: .featureNotSupported, message: "MD5 authentication is not available here",
      detail: "The router's OpenSSL is in FIPS mode.",
      hint: "Have the role's password set again with password_encryption = 'scram-sha-256'.")
    return .rejected(error, .md5Unavailable)
  }
}

/// A role's name in words for a person: control characters become "?", and it is cut at the length that
/// PostgreSQL's names have.
func readable(_ name: [UInt8]) -> String {
  let text = String(decoding: name.prefix(AuthenticationLimits.roleNameBytes), as: UTF8.self)
  var readable = ""
  for scalar in text.unicodeScalars {
    let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    readable.unicodeScalars.append(isControl ? "?" : scalar)
  }
  return readable
}
