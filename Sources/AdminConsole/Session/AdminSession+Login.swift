internal import Authentication
internal import Wire

/// Who is there, and whether it may be.
extension AdminSession {
  /// The name of the console's database.
  public static let database = "shardway"

  mutating func start(
    _ startup: StartupMessage, _ packet: [UInt8], _ wait: Duration?
  ) -> [AdminAction] {
    func value(_ name: String) -> String? {
      startup.lookup(name, in: packet.span.bytes).map {
        String(decoding: packet[$0], as: UTF8.self)
      }
    }
    guard let user = value("user"), !user.isEmpty else {
      return end(ErrorResponse(sqlState: .invalidAuthorization, message: "no user name was given"))
    }
    self.user = user
    let database = value("database") ?? user
    guard database == Self.database else {
      return end(
        ErrorResponse(
          sqlState: .invalidCatalogName,
          message: "database \"\(database.prefix(64))\" does not exist",
          detail: "This is the admin console of a router.",
          hint: "Its only database is \(Self.database); "
            + "tenants are at the router's other listeners."))
    }
    if let wait { return throttled(wait) }
    return negotiation(startup, packet) + demand()
  }

  /// Tells a client that asks for a newer protocol, or options of one, what is spoken here.
  private func negotiation(_ startup: StartupMessage, _ packet: [UInt8]) -> [AdminAction] {
    let options = startup.parameters.map { String(decoding: packet[$0.name], as: UTF8.self) }
      .filter { $0.hasPrefix("_pq_.") }
    guard startup.protocolVersion > .v3_0 || !options.isEmpty else { return [] }
    return [.send(NegotiateProtocolVersion.encoded(newest: .v3_0, unknownOptions: options))]
  }

  /// Strangers are asked for a password like everybody: they don't learn who exists.
  private mutating func demand() -> [AdminAction] {
    let name = Array(user.utf8)
    var machine: ClientAuthentication
    switch access.method {
    case .trust:
      guard access.rights(of: user) != nil else {
        phase = .over
        return [.rejected(user: user, isGuess: false)] + refuseStranger()
      }
      machine = ClientAuthentication(user: name, demand: .trust)
    case .scram(let verifiers):
      let known = access.rights(of: user) == nil ? nil : verifiers[user]
      let server = ScramServer(
        verifier: known ?? .mock(user: name, secret: identity.mockSecret), isMock: known == nil,
        serverNonce: identity.nonce, channelBinding: .none)
      machine = ClientAuthentication(user: name, demand: .scram(server))
    }
    let action = machine.begin()
    phase = .proving(machine)
    return take(action)
  }

  private func refuseStranger() -> [AdminAction] {
    let error = ErrorResponse(
      sqlState: .invalidAuthorization,
      message: "user \"\(user.prefix(64))\" may not use the admin console",
      hint: "Have it added to admin.users or admin.statsUsers of the router's configuration.")
    return [.send(error.encoded()), .close]
  }

  mutating func prove(
    _ machine: ClientAuthentication, _ message: Message, _ wait: Duration?
  ) -> [AdminAction] {
    guard message.type == FrontendMessageType.password else {
      return broken("it is no answer to what was asked")
    }
    // Here, too: many connections may have begun before the first has failed.
    if let wait { return throttled(wait) }
    var machine = machine
    let action = machine.receive(message.body.span.bytes)
    phase = .proving(machine)
    return take(action)
  }

  private mutating func throttled(_ wait: Duration) -> [AdminAction] {
    end(
      ErrorResponse(
        sqlState: .invalidAuthorization, message: "too many wrong passwords",
        hint: "Try again in \(wait.components.seconds + 1) s."))
  }

  private mutating func take(_ action: ClientAuthentication.Action) -> [AdminAction] {
    switch action {
    case .send(let message): return [.send(message)]
    case .accepted(let message, _):
      rights = access.rights(of: user) ?? .show
      phase = .ready
      return [.send(message + welcome()), .loggedIn(user: user)]
    case .rejected(let error, let rejection):
      let rejected = AdminAction.rejected(user: user, isGuess: rejection.isGuess)
      return [rejected] + end(error)
    }
  }

  /// What clients want to know of a server before they send anything.
  private func welcome() -> [UInt8] {
    let settings = [
      ("server_version", "15.0 (\(catalog.version))"), ("server_encoding", "UTF8"),
      ("client_encoding", "UTF8"), ("DateStyle", "ISO, MDY"), ("IntervalStyle", "postgres"),
      ("TimeZone", "UTC"), ("integer_datetimes", "on"), ("standard_conforming_strings", "on"),
      ("is_superuser", "off"), ("in_hot_standby", "off"),
    ]
    return settings.flatMap { ParameterStatus.encoded(name: $0.0, value: $0.1) }
      + BackendKeyData.encoded(processID: identity.processID, key: identity.key.span.bytes)
      + ReadyForQuery(status: .idle).encoded()
  }
}
