internal import Wire

extension ServerLogin {
  /// Answers what a server asks for first.
  func answer(
    _ request: AuthenticationRequest, _ body: RawSpan
  ) throws(ServerLoginError) -> (Action, State) {
    switch request {
    case .cleartextPassword: return (.send(try cleartext()), .awaitingOk)
    case .md5Password(let salt):
      return (.send(try md5(salt: body.copy(of: salt))), .awaitingOk)
    case .sasl(let mechanisms):
      return try start(try scramClient(), mechanisms.map { range in body.copy(of: range) })
    case .kerberosV5: throw .credentialDoesNotFit(.kerberosV5)
    case .gss: throw .credentialDoesNotFit(.gss)
    case .sspi: throw .credentialDoesNotFit(.sspi)
    case .unknown(let code): throw .unknownMethod(code: code)
    case .ok, .gssContinue, .saslContinue, .saslFinal:
      throw .unexpectedMessage(type: BackendMessageType.authentication)
    }
  }

  /// Goes on with SCRAM.
  func proceed(
    _ client: ScramClient, _ data: RawSpan
  ) throws(ServerLoginError) -> (Action, State) {
    var client = client
    do {
      return (.send(try client.receiveContinue(data)), .exchanging(client))
    } catch {
      throw .scram(error)
    }
  }

  /// Ends SCRAM: the server has proved that it knows the verifier, and `Ok` is due.
  func finish(
    _ client: ScramClient, _ data: RawSpan
  ) throws(ServerLoginError) -> (Action, State) {
    var client = client
    do {
      try client.receiveFinal(data)
      return (.wait, .awaitingOk)
    } catch {
      throw .scram(error)
    }
  }

  private func start(
    _ client: ScramClient, _ mechanisms: [[UInt8]]
  ) throws(ServerLoginError) -> (Action, State) {
    var client = client
    do {
      return (.send(try client.start(mechanisms: mechanisms)), .exchanging(client))
    } catch {
      throw .scram(error)
    }
  }

  private func cleartext() throws(ServerLoginError) -> [UInt8] {
    switch credential {
    case .none: throw .credentialMissing(.cleartextPassword)
    case .scram, .md5: throw .credentialDoesNotFit(.cleartextPassword)
    case .password(let password):
      if !allowsWeak { throw .weakMethod(.cleartextPassword) }
      return PasswordMessage.encoded(password)
    }
  }

  private func md5(salt: [UInt8]) throws(ServerLoginError) -> [UInt8] {
    let verifier: MD5Verifier?
    switch credential {
    case .none: throw .credentialMissing(.md5Password)
    case .scram: throw .credentialDoesNotFit(.md5Password)
    case .md5(let known): verifier = known
    case .password(let password):
      if !allowsWeak { throw .weakMethod(.md5Password) }
      verifier = MD5Verifier(password: password, user: user)
    }
    let number = salt.reduce(0) { $0 << 8 | UInt32($1) }
    guard let response = verifier?.response(salt: number) else { throw .md5Unavailable }
    return PasswordMessage.encoded(response)
  }

  private func scramClient() throws(ServerLoginError) -> ScramClient {
    switch credential {
    case .none: throw .credentialMissing(.sasl)
    case .md5: throw .credentialDoesNotFit(.sasl)
    case .scram(let keys):
      ScramClient(keys: keys, nonce: clientNonce, channelBinding: channelBinding)
    case .password(let password):
      ScramClient(password: password, nonce: clientNonce, channelBinding: channelBinding)
    }
  }
}
