internal import COpenSSL

/// What the connections of one thread share: certificates, versions, protocols.
///
/// Make one for each thread: OpenSSL takes locks on a context at each handshake. Making one reads the files, a few milliseconds.
///
/// Invariant that keeps the pointers safe: `context` lives as long as the object, and OpenSSL's connections hold it, too; `protocols` and
/// `scratch` live as long as the object, which every ``TLSStream`` that uses them holds.
public final class TLSContext {
  /// Which side of a connection is played.
  enum Side { case client, server }

  let context: OpaquePointer
  let side: Side
  /// Whether a client checks the certificate it is shown.
  let checksCertificate: Bool
  /// Where plaintext lies between OpenSSL and the caller's array.
  let scratch: UnsafeMutableRawBufferPointer
  /// The protocols as they stand in ALPN, which the callback of a server reads.
  private let protocols: UnsafeMutablePointer<ProtocolList>

  /// For connections to servers.
  ///
  /// - Throws: ``TLSError/certificateUnusable(path:reason:)``, ``TLSError/badProtocolName(_:)`` or ``TLSError/setupFailed(reason:)``.
  public convenience init(client settings: ClientSettings) throws(TLSError) {
    try self.init(
      .client, protocols: settings.applicationProtocols, newest: settings.newestVersion,
      checksCertificate: settings.caPath != nil)
    if let path = settings.caPath {
      guard SSL_CTX_load_verify_file(context, path) == 1 else {
        throw .certificateUnusable(path: path, reason: ErrorQueue.takeReason())
      }
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    } else {
      SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
    }
    let list = protocols.pointee
    if list.count > 0 {
      // Unlike all its neighbours, this function returns 0 when it succeeds.
      guard SSL_CTX_set_alpn_protos(context, list.bytes, list.count) == 0 else {
        throw .setupFailed(reason: ErrorQueue.takeReason())
      }
    }
  }

  /// For connections of clients.
  ///
  /// - Throws: ``TLSError/certificateUnusable(path:reason:)``, ``TLSError/keyUnusable(path:reason:)``,
  ///   ``TLSError/badProtocolName(_:)`` or ``TLSError/setupFailed(reason:)``.
  public convenience init(server settings: ServerSettings) throws(TLSError) {
    try self.init(
      .server, protocols: settings.applicationProtocols, newest: settings.newestVersion,
      checksCertificate: false)
    let (certificate, key) = (settings.certificatePath, settings.keyPath)
    guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
      throw .certificateUnusable(path: certificate, reason: ErrorQueue.takeReason())
    }
    guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1,
      SSL_CTX_check_private_key(context) == 1
    else { throw .keyUnusable(path: key, reason: ErrorQueue.takeReason()) }
    SSL_CTX_set_alpn_select_cb(
      context,
      { _, chosen, chosenCount, offered, offeredCount, list in
        list!.assumingMemoryBound(to: ProtocolList.self).pointee
          .choose(offered: offered, count: offeredCount, into: chosen, chosenCount)
      }, protocols)
  }

  private init(
    _ side: Side, protocols names: [String], newest: TLSVersion, checksCertificate: Bool
  ) throws(TLSError) {
    let list = try ProtocolList(names)
    ErrorQueue.clear()
    guard let context = SSL_CTX_new(side == .client ? TLS_client_method() : TLS_server_method())
    else {
      list.deallocate()
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
    self.context = context
    self.side = side
    self.checksCertificate = checksCertificate
    protocols = .allocate(capacity: 1)
    protocols.initialize(to: list)
    scratch = .allocate(byteCount: TLSLimits.recordBytes, alignment: 16)
    let version = newest == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION
    guard shardway_tls_set_defaults(context) != 0,
      shardway_tls_set_newest_version(context, version) != 0
    else { throw .setupFailed(reason: ErrorQueue.takeReason()) }
  }

  deinit {
    SSL_CTX_free(context)
    protocols.pointee.deallocate()
    protocols.deallocate()
    scratch.deallocate()
  }
}

/// The protocols of ALPN in the form of the extension: each a byte of length and a name.
///
/// Invariant: `bytes` is an allocation of `count` bytes, freed once by the owner.
private struct ProtocolList {
  let bytes: UnsafeMutablePointer<UInt8>
  let count: UInt32

  init(_ names: [String]) throws(TLSError) {
    var list: [UInt8] = []
    for name in names {
      guard 1...TLSLimits.protocolNameBytes ~= name.utf8.count else {
        throw .badProtocolName(name)
      }
      list.append(UInt8(name.utf8.count))
      list.append(contentsOf: name.utf8)
    }
    bytes = .allocate(capacity: max(list.count, 1))
    bytes.initialize(from: list, count: list.count)
    count = UInt32(list.count)
  }

  func deallocate() { bytes.deallocate() }

  /// What a server answers to a client's offer: the first of its own protocols that is offered, or an alert. It points `chosen` into one of the
  /// two lists, as OpenSSL wants it.
  func choose(
    offered: UnsafePointer<UInt8>?, count offeredCount: UInt32,
    into chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?
  ) -> Int32 {
    var place: UnsafeMutablePointer<UInt8>?
    let verdict = SSL_select_next_proto(&place, chosenCount, bytes, count, offered, offeredCount)
    guard verdict == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    chosen?.pointee = UnsafePointer(place)
    return SSL_TLSEXT_ERR_OK
  }
}
