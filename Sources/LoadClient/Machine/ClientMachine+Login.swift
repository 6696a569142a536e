internal import Authentication
internal import Wire

extension ClientMachine {
  /// Takes a message of the login.
  mutating func takeLogin(
    _ body: RawSpan, _ plan: ClientPlan, into out: inout [UInt8]
  ) -> ClientEvent {
    guard var machine = login else { preconditionFailure("a login is under way") }
    login = nil
    do {
      let action = try machine.receive(type: message.type, body: body)
      switch action {
      case .wait, .authenticated, .parameter, .key: break
      case .send(let bytes): out.append(contentsOf: bytes)
      case .ready:
        phase = .idle
        return .opened
      }
      login = machine
    } catch {
      lastFailureText = error.loadText
      breakage = error.failure
      phase = .broken
    }
    return .pending
  }
}

extension ServerLoginError {
  /// What reports count it as.
  fileprivate var failure: Failure {
    switch self {
    case .refused(let error): Failure(sqlState: error.sqlState)
    case .credentialMissing, .credentialDoesNotFit, .weakMethod, .unknownMethod, .md5Unavailable,
      .scram:
      Failure(.login)
    case .unexpectedMessage, .malformed, .messageTooLong: Failure(.protocolViolation)
    }
  }

  /// What happened, and what to do about it, said for a load test.
  fileprivate var loadText: String {
    switch self {
    case .refused(let error): "\(error.severity.rawValue) \(error.sqlState): \(error.message)"
    case .credentialMissing(let method):
      "the server asks for \(method.rawValue), and the target has no passwordFile"
    default: description
    }
  }
}
