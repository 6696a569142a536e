internal import COpenSSL

/// One TLS connection over memory: bytes in, bytes out. It knows no socket and no clock.
///
/// Two sets of calls do the same. ``feed(_:)``, ``read(into:)``, ``write(_:)`` and ``takeOutgoing(into:)`` work on memory of the
/// caller's, and the caller asks for each step; ``receive(_:plaintext:ciphertext:)``, ``send(_:ciphertext:)`` and
/// ``close(ciphertext:)`` append to arrays. What is to be sent may also come out of a call that throws: the alert that tells the
/// other side why.
///
/// Use it on the thread of its context. Costs about 20 KiB while something is under way and 10 KiB when idle; a handshake costs about a
/// millisecond of processor time.
///
/// Invariant that keeps the pointers safe: `connection` is freed once, by `deinit`, and with it the two BIOs, which it owns; every
/// pointer into a BIO or an array is used before anything else is done with it.
public struct TLSStream: ~Copyable {
  /// How far a connection is.
  public enum Progress: Sendable, Equatable {
    /// The two sides are coming to terms.
    case handshaking
    /// Data flows.
    case established
    /// The other side has said that it sends no more.
    case closed
  }

  let context: TLSContext
  let connection: OpaquePointer
  let incoming: OpaquePointer
  let outgoing: OpaquePointer
  /// Where a client's session goes, which OpenSSL is told without holding it.
  let ticket: SessionTicket?
  /// How far the connection is.
  public internal(set) var progress = Progress.handshaking

  /// A connection that has not begun.
  ///
  /// - Parameters:
  ///   - context: shared by the connections of this thread.
  ///   - serverName: for a client, the host name that is asked for (SNI), and that the certificate must be for where it is
  ///     checked. An IP address is only checked.
  ///   - sessionKey: for a client whose context keeps sessions, what is the same for connections that may resume each other's:
  ///     address and name of the server. Nil: this connection resumes none and leaves none.
  /// - Throws: ``TLSError/badServerName(_:)`` or ``TLSError/setupFailed(reason:)``.
  public init(
    _ context: TLSContext, serverName: String? = nil, sessionKey: [UInt8]? = nil
  ) throws(TLSError) {
    ErrorQueue.clear()
    guard let connection = SSL_new(context.context) else {
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
    let (incomingOrNil, outgoingOrNil) = (BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
    guard let incoming = incomingOrNil, let outgoing = outgoingOrNil else {
      BIO_free_all(incomingOrNil)
      BIO_free_all(outgoingOrNil)
      SSL_free(connection)
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
    SSL_set_bio(connection, incoming, outgoing)
    switch context.side {
    case .client: SSL_set_connect_state(connection)
    case .server: SSL_set_accept_state(connection)
    }
    if let serverName, !Self.set(serverName, of: connection, context) {
      SSL_free(connection)
      throw .badServerName(serverName)
    }
    ticket = sessionKey.flatMap { key in
      context.sessions.map { SessionTicket(cache: $0, key: key) }
    }
    if let ticket {
      shardway_tls_set_ticket(connection, Unmanaged.passUnretained(ticket).toOpaque())
      ticket.cache.offer(ticket, to: connection)
    }
    self.context = context
    self.connection = connection
    self.incoming = incoming
    self.outgoing = outgoing
  }

  deinit {
    // OpenSSL resumes no session whose connection went without good-bye, which is what connections to databases mostly do. One
    // that has failed it has forgotten already.
    SSL_set_shutdown(connection, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
    SSL_free(connection)
  }

  private static func set(
    _ name: String, of connection: OpaquePointer, _ context: TLSContext
  ) -> Bool {
    guard !name.isEmpty, !name.utf8.contains(0) else { return false }
    let isChecked = context.verification == .verifyFull
    if let address = a2i_IPADDRESS(name) {
      ASN1_OCTET_STRING_free(address)
      // SNI has no addresses (RFC 6066 section 3).
      return !isChecked || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name) == 1
    }
    ErrorQueue.clear()
    if isChecked, SSL_set1_host(connection, name) != 1 { return false }
    return shardway_tls_set_server_name(connection, name) != 0
  }

  /// The application protocol that the two sides agreed on (ALPN); nil if none. Allocates.
  public var applicationProtocol: String? {
    var bytes: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    SSL_get0_alpn_selected(connection, &bytes, &count)
    guard let bytes, count > 0 else { return nil }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
  }

  /// The host name that a client has asked for (SNI); nil if none. Allocates.
  public var requestedServerName: String? {
    SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
  }

  /// Takes ciphertext that came; appends what it says to `plaintext`, and what is to be sent to `out`.
  ///
  /// Also begins a client's handshake, with no bytes. After ``Progress/closed`` what comes is ignored.
  ///
  /// - Throws: ``TLSError/certificateRefused(reason:)``, ``TLSError/handshakeFailed(reason:)`` or
  ///   ``TLSError/connectionFailed(reason:)``; send what is in `out`, then close.
  public mutating func receive(
    _ ciphertext: RawSpan, plaintext: inout [UInt8], ciphertext out: inout [UInt8]
  ) throws(TLSError) -> Progress {
    ErrorQueue.clear()
    var offset = 0
    repeat {
      guard progress != .closed else { break }
      let count = min(ciphertext.byteCount - offset, TLSLimits.recordBytes)
      ciphertext.extracting(offset..<offset + count).withUnsafeBytes { feed($0) }
      offset += count
      do throws(TLSError) {
        if progress == .handshaking { try shakeHands() }
        if progress == .established { try readAll(into: &plaintext) }
      } catch {
        drain(into: &out)
        throw error
      }
      drain(into: &out)
    } while offset < ciphertext.byteCount
    return progress
  }

  /// Encrypts bytes, and appends what is to be sent to `out`.
  ///
  /// - Throws: ``TLSError/notEstablished``, or ``TLSError/connectionFailed(reason:)``.
  public mutating func send(
    _ plaintext: RawSpan, ciphertext out: inout [UInt8]
  ) throws(TLSError) {
    try plaintext.withUnsafeBytes { (bytes) throws(TLSError) in
      try checkIsOpen()
      var offset = 0
      while offset < bytes.count {
        let count = min(bytes.count - offset, TLSLimits.recordBytes)
        try encrypt(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
        offset += count
        drain(into: &out)
      }
    }
  }

  /// Says good-bye (close_notify); nothing can be sent afterwards. Does nothing before the handshake is over.
  public mutating func close(ciphertext out: inout [UInt8]) {
    close()
    drain(into: &out)
  }

  /// Reads until OpenSSL wants more ciphertext.
  private mutating func readAll(into plaintext: inout [UInt8]) throws(TLSError) {
    let scratch = context.scratch
    while true {
      let count = try decrypt(into: scratch)
      if count == 0 { return }
      plaintext.append(contentsOf: UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    }
  }

  /// Moves what OpenSSL wants to send.
  private mutating func drain(into out: inout [UInt8]) {
    var count = 0
    guard let bytes = shardway_bio_bytes(outgoing, &count), count > 0 else { return }
    out.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    shardway_bio_empty(outgoing)
  }
}
