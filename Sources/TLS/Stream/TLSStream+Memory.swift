internal import COpenSSL

// The calls that work on memory of the caller's. None allocates, but for what OpenSSL does itself.
extension TLSStream {
  /// Takes ciphertext that came, all of it: about as much memory as was fed and not read yet.
  public mutating func feed(_ ciphertext: UnsafeRawBufferPointer) {
    guard let bytes = ciphertext.baseAddress, !ciphertext.isEmpty else { return }
    let count = BIO_write(incoming, bytes, Int32(ciphertext.count))
    precondition(Int(count) == ciphertext.count, "no memory for ciphertext")
  }

  /// Goes on with the handshake as far as what was fed reaches; a client's begins with the first call. Does nothing once it
  /// is over.
  ///
  /// - Throws: ``TLSError/certificateRefused(reason:)`` or ``TLSError/handshakeFailed(reason:)``; send what is outgoing, then
  ///   close.
  public mutating func shakeHands() throws(TLSError) {
    guard progress == .handshaking else { return }
    ErrorQueue.clear()
    let result = SSL_do_handshake(connection)
    if result == 1 {
      progress = .established
      return
    }
    if SSL_get_error(connection, result) == SSL_ERROR_WANT_READ { return trim() }
    if let ticket { ticket.cache.forget(ticket.key) }
    if ErrorQueue.isAboutCertificate {
      let verdict = SSL_get_verify_result(connection)
      let reason = ErrorQueue.takeReason()
      guard verdict != X509_V_OK, let text = X509_verify_cert_error_string(Int(verdict)) else {
        throw .certificateRefused(reason: reason)
      }
      throw .certificateRefused(reason: String(cString: text))
    }
    throw .handshakeFailed(reason: ErrorQueue.takeReason())
  }

  /// Decrypts what was fed, after the handshake if that is not over.
  ///
  /// Call it until it returns 0: there may be more than `plaintext` has room for. Then look at ``progress``, which says whether
  /// the other side has closed, and at ``outgoingCount``.
  ///
  /// - Returns: how many bytes it wrote to `plaintext`; 0 where more ciphertext is needed, or none will come.
  /// - Throws: the errors of ``shakeHands()``, or ``TLSError/connectionFailed(reason:)``; send what is outgoing, then close.
  public mutating func read(
    into plaintext: UnsafeMutableRawBufferPointer
  ) throws(TLSError) -> Int {
    try shakeHands()
    guard progress == .established, !plaintext.isEmpty else { return 0 }
    ErrorQueue.clear()
    return try decrypt(into: plaintext)
  }

  /// Encrypts bytes, all of them; what is outgoing grows by them and some 22 bytes for every ``TLSLimits/recordBytes``.
  ///
  /// - Throws: ``TLSError/notEstablished``, or ``TLSError/connectionFailed(reason:)``.
  public mutating func write(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
    try checkIsOpen()
    var offset = 0
    while offset < plaintext.count {
      let count = min(plaintext.count - offset, TLSLimits.recordBytes)
      try encrypt(UnsafeRawBufferPointer(rebasing: plaintext[offset..<offset + count]))
      offset += count
    }
  }

  /// How many bytes of ciphertext wait to be sent.
  public var outgoingCount: Int { BIO_ctrl_pending(outgoing) }

  /// Moves ciphertext that is to be sent, in order.
  ///
  /// - Returns: how many bytes it wrote, the smaller of ``outgoingCount`` and the room.
  public mutating func takeOutgoing(into ciphertext: UnsafeMutableRawBufferPointer) -> Int {
    guard let place = ciphertext.baseAddress, !ciphertext.isEmpty else { return 0 }
    let room = Int32(min(ciphertext.count, Int(Int32.max)))
    let count = max(0, Int(BIO_read(outgoing, place, room)))
    trim()
    return count
  }

  /// Says good-bye (close_notify): it is outgoing then, and nothing can be written any more. Does nothing before the handshake is
  /// over.
  public mutating func close() {
    guard progress != .handshaking else { return }
    _ = SSL_shutdown(connection)
    ErrorQueue.clear()
  }

  /// One `SSL_read`: at most a record.
  mutating func decrypt(into plaintext: UnsafeMutableRawBufferPointer) throws(TLSError) -> Int {
    let room = Int32(min(plaintext.count, TLSLimits.recordBytes))
    let count = SSL_read(connection, plaintext.baseAddress, room)
    if count > 0 { return Int(count) }
    switch SSL_get_error(connection, count) {
    case SSL_ERROR_WANT_READ: trim()
    case SSL_ERROR_ZERO_RETURN: progress = .closed
    default: throw .connectionFailed(reason: ErrorQueue.takeReason())
    }
    return 0
  }

  /// One `SSL_write`: at most a record. A memory BIO takes everything, so that it is whole or has failed.
  mutating func encrypt(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
    let count = SSL_write(connection, plaintext.baseAddress, Int32(plaintext.count))
    guard Int(count) == plaintext.count else {
      throw .connectionFailed(reason: ErrorQueue.takeReason())
    }
  }

  /// A side that has heard the other one's good-bye may still send.
  func checkIsOpen() throws(TLSError) {
    guard progress != .handshaking, SSL_get_shutdown(connection) & SSL_SENT_SHUTDOWN == 0 else {
      throw .notEstablished
    }
    ErrorQueue.clear()
  }

  /// Gives back what one large piece has made the buffers grow to.
  private func trim() {
    _ = shardway_bio_trim(incoming, TLSLimits.idleBytes)
    _ = shardway_bio_trim(outgoing, TLSLimits.idleBytes)
  }
}
