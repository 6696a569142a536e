internal import COpenSSL

/// What the connections of one thread share: certificates, versions, protocols.
///
/// Make one for each thread: OpenSSL takes locks on a context at each handshake. Making one takes a few milliseconds.
///
/// Invariant that keeps the pointers safe: `context` lives as long as the object, and OpenSSL's connections hold it, too; its
/// owner is the object, which every ``TLSStream`` that uses it holds, as it does what `protocols` and `scratch` point to.
public final class TLSContext {
  /// Which side of a connection is played.
  enum Side { case client, server }

  let context: OpaquePointer
  let side: Side
  /// What a client asks of the certificate it is shown.
  let verification: ServerVerification
  /// Where a client keeps sessions to be resumed.
  let sessions: SessionCache?
  /// What a server seals tickets with.
  let ticketKeys: TicketKeys?
  /// Where plaintext lies between OpenSSL and the caller's array.
  let scratch: UnsafeMutableRawBufferPointer
  /// The protocols as they stand in ALPN, which the callback of a server reads.
  private let protocols: UnsafeMutablePointer<ProtocolList>
  private let identities: [Identity]
  private let names: NameTable

  /// For connections to servers.
  ///
  /// - Throws: ``TLSError/certificateUnusable(path:reason:)``, ``TLSError/badProtocolName(_:)`` or ``TLSError/setupFailed(reason:)``.
  public init(client settings: ClientSettings) throws(TLSError) {
    let list = try ProtocolList(settings.applicationProtocols)
    context = try Self.make(TLS_client_method(), list)
    protocols = Self.keep(list)
    scratch = .allocate(byteCount: TLSLimits.recordBytes, alignment: 16)
    side = .client
    verification = settings.verification
    sessions = settings.keptSessions > 0 ? SessionCache(capacity: settings.keptSessions) : nil
    ticketKeys = nil
    identities = []
    names = NameTable([])
    try speak(settings.oldestVersion, settings.newestVersion)
    try checkServers(settings)
    if let certificate = settings.certificate {
      guard try Identity(certificate).use(in: context) else {
        throw .setupFailed(reason: ErrorQueue.takeReason())
      }
    }
    if sessions == nil {
      shardway_tls_forbid_tickets(context)
    } else {
      // The last step of a handshake, and of what OpenSSL does about a ticket.
      shardway_tls_on_step(context) { connection, event, result in
        guard let connection, event & SSL_CB_EXIT != 0, result == 1 else { return }
        TLSContext.keepSession(of: connection)
      }
    }
    // Unlike all its neighbours, this function returns 0 when it succeeds.
    if list.count > 0, SSL_CTX_set_alpn_protos(context, list.bytes, list.count) != 0 {
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
  }

  /// For connections of clients.
  ///
  /// - Throws: ``TLSError/certificateUnusable(path:reason:)``, ``TLSError/keyUnusable(path:reason:)``,
  ///   ``TLSError/authoritiesMissing``, ``TLSError/badProtocolName(_:)`` or ``TLSError/setupFailed(reason:)``.
  public init(server settings: ServerSettings) throws(TLSError) {
    var identities: [Identity] = []
    for certificate in settings.certificates { identities.append(try Identity(certificate)) }
    let list = try ProtocolList(settings.applicationProtocols)
    context = try Self.make(TLS_server_method(), list)
    protocols = Self.keep(list)
    scratch = .allocate(byteCount: TLSLimits.recordBytes, alignment: 16)
    side = .server
    verification = .require
    sessions = nil
    ticketKeys = settings.ticketKeys
    self.identities = identities
    names = NameTable(settings.certificates.map(\.names))
    shardway_tls_set_owner(context, Unmanaged.passUnretained(self).toOpaque())
    try speak(settings.oldestVersion, settings.newestVersion)
    try askForCertificates(settings)
    try bindSessions(to: settings)
    guard identities.first?.use(in: context) == true else {
      throw .setupFailed(reason: "there is no certificate")
    }
    answerNamesAndProtocols()
    if let ticketKeys {
      try allowTickets(ticketKeys)
    } else {
      shardway_tls_forbid_tickets(context)
    }
  }

  deinit {
    SSL_CTX_free(context)
    protocols.pointee.deallocate()
    protocols.deallocate()
    scratch.deallocate()
  }

  /// The context that a connection belongs to; only for connections of servers.
  static func owner(of connection: OpaquePointer) -> TLSContext {
    Unmanaged<TLSContext>.fromOpaque(shardway_tls_owner(connection)).takeUnretainedValue()
  }

  private static func make(
    _ method: OpaquePointer?, _ list: ProtocolList
  ) throws(TLSError) -> OpaquePointer {
    ErrorQueue.clear()
    guard let context = SSL_CTX_new(method) else {
      list.deallocate()
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
    shardway_tls_set_defaults(context)
    return context
  }

  private static func keep(_ list: ProtocolList) -> UnsafeMutablePointer<ProtocolList> {
    let place = UnsafeMutablePointer<ProtocolList>.allocate(capacity: 1)
    place.initialize(to: list)
    return place
  }

  private func speak(_ oldest: TLSVersion, _ newest: TLSVersion) throws(TLSError) {
    guard shardway_tls_set_versions(context, oldest.number, newest.number) != 0 else {
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
  }
}

// What a client's context is made of.
extension TLSContext {
  private func checkServers(_ settings: ClientSettings) throws(TLSError) {
    guard verification != .require else {
      SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
      return
    }
    if let authorities = settings.authorities {
      try authorities.trust(in: context, isAnnounced: false)
    } else if SSL_CTX_set_default_verify_paths(context) != 1 {
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
  }

  private static func keepSession(of connection: OpaquePointer) {
    guard let place = shardway_tls_ticket(connection) else { return }
    let ticket = Unmanaged<SessionTicket>.fromOpaque(place).takeUnretainedValue()
    ticket.cache.keepSession(of: connection, ticket)
  }
}

// What a server's context is made of.
extension TLSContext {
  private func askForCertificates(_ settings: ServerSettings) throws(TLSError) {
    guard settings.clientCertificates != .none else { return }
    guard let authorities = settings.clientAuthorities else { throw .authoritiesMissing }
    try authorities.trust(in: context, isAnnounced: true)
    shardway_tls_ask_for_certificate(context, settings.clientCertificates == .required ? 1 : 0)
  }

  /// Sessions are resumed only where certificates and authorities are those that they were made with: a login binds to the
  /// certificate, and a client's is not checked again.
  private func bindSessions(to settings: ServerSettings) throws(TLSError) {
    var known = identities.flatMap(\.endPoint)
    known += settings.clientAuthorities?.text ?? []
    known += settings.certificates.flatMap { $0.chain + [0] + Array($0.names.joined().utf8) }
    known += Array(settings.clientCertificates.rawValue.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    guard EVP_Digest(known, known.count, &digest, nil, EVP_sha256(), nil) == 1,
      SSL_CTX_set_session_id_context(context, digest, UInt32(digest.count)) == 1
    else { throw .setupFailed(reason: ErrorQueue.takeReason()) }
  }

  private func answerNamesAndProtocols() {
    shardway_tls_on_server_name(context) { _, _, _ in SSL_TLSEXT_ERR_OK }
    if identities.count > 1 {
      SSL_CTX_set_cert_cb(
        context,
        { connection, _ in
          guard let connection else { return 0 }
          let owner = TLSContext.owner(of: connection)
          let place = owner.place(for: connection)
          return place == 0 || owner.identities[place].use(once: connection) ? 1 : 0
        }, nil)
    }
    SSL_CTX_set_alpn_select_cb(
      context,
      { _, chosen, chosenCount, offered, offeredCount, list in
        list!.assumingMemoryBound(to: ProtocolList.self).pointee
          .choose(offered: offered, count: offeredCount, into: chosen, chosenCount)
      }, protocols)
  }

  /// What a client that was shown this connection's certificate binds its login to.
  func endPoint(of connection: OpaquePointer) -> [UInt8] {
    identities[place(for: connection)].endPoint
  }

  private func place(for connection: OpaquePointer) -> Int {
    guard identities.count > 1,
      let name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name)
    else { return 0 }
    return names.place(for: Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
  }
}

extension TLSVersion {
  /// OpenSSL's number for the version.
  fileprivate var number: Int32 {
    switch self {
    case .tls12: TLS1_2_VERSION
    case .tls13: TLS1_3_VERSION
    }
  }
}
