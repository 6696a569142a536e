/// Where the records that hold a whole ClientHello end, and how long the hello is.
struct HandshakeExtent {
  /// Length of the records, headers included.
  let byteCount: Int
  /// Length of the handshake message, its header of four bytes included.
  let handshakeLength: Int

  /// Follows the records from one header to the next until the hello is complete.
  ///
  /// - Returns: nil while more bytes are needed.
  static func find(_ bytes: RawSpan) throws(ClientHelloError) -> HandshakeExtent? {
    var header = HandshakeHeader()
    var recordStart = 0
    var gathered = 0
    for _ in 0..<ClientHelloLimits.records {
      guard let payload = try recordPayload(bytes, at: recordStart) else { return nil }
      let available = payload.lowerBound..<min(payload.upperBound, bytes.byteCount)
      try header.append(bytes, from: available)
      if let length = header.handshakeLength, gathered + payload.count >= length {
        // The payload's length alone proves it, whether or not the payload has arrived.
        if gathered + payload.count > length { throw .trailingBytes }
        if available.count < payload.count { return nil }
        return HandshakeExtent(byteCount: payload.upperBound, handshakeLength: length)
      }
      if available.count < payload.count { return nil }
      gathered += payload.count
      recordStart = payload.upperBound
    }
    throw .tooManyRecords
  }

  /// Checks as much of the record header at `start` as is there.
  ///
  /// - Returns: where the record's payload stands, arrived or not; nil while the header is not complete.
  private static func recordPayload(
    _ bytes: RawSpan, at start: Int
  ) throws(ClientHelloError) -> Range<Int>? {
    let available = bytes.byteCount - start
    if available >= 1, bytes.byte(at: start) != TLSRecord.handshake {
      throw .notHandshake(contentType: bytes.byte(at: start), offset: start)
    }
    if available >= 2, bytes.byte(at: start + 1) != 3 {
      throw .unsupportedVersion(major: bytes.byte(at: start + 1))
    }
    if available < TLSRecord.headerBytes { return nil }
    let length = Int(bytes.bigEndianUInt16(at: start + 3))
    if length < 1 || length > ClientHelloLimits.recordPayloadBytes {
      throw .recordLengthOutOfRange(length, offset: start)
    }
    let payloadStart = start + TLSRecord.headerBytes
    return payloadStart..<(payloadStart + length)
  }

  /// The handshake message without the record headers in it.
  func gather(_ bytes: RawSpan) -> [UInt8] {
    var hello: [UInt8] = []
    hello.reserveCapacity(handshakeLength)
    var recordStart = 0
    while recordStart < byteCount {
      let payload = recordStart + TLSRecord.headerBytes
      let end = payload + Int(bytes.bigEndianUInt16(at: recordStart + 3))
      hello.append(bytes, in: payload..<end)
      recordStart = end
    }
    return hello
  }
}

/// The first four bytes of a handshake message, which records may cut anywhere.
private struct HandshakeHeader {
  private var bits: UInt32 = 0
  private var count = 0

  /// Takes what is missing from the front of `range`, and checks it as it comes.
  mutating func append(_ bytes: RawSpan, from range: Range<Int>) throws(ClientHelloError) {
    for offset in range {
      if count == 4 { return }
      let byte = bytes.byte(at: offset)
      if count == 0, byte != 1 { throw .notClientHello(handshakeType: byte) }
      bits = bits << 8 | UInt32(byte)
      count += 1
      if let length = handshakeLength, length > ClientHelloLimits.handshakeBytes {
        throw .helloTooLong(length)
      }
    }
  }

  /// Length of the message with this header, the header included; nil until it is complete.
  var handshakeLength: Int? {
    count == 4 ? Int(bits & 0xFF_FFFF) + 4 : nil
  }
}
