/// A TLS ClientHello that names a server, with a session's number where TLS has random bytes.
enum SimulatedHello {
  /// One record with the whole handshake message. RFC 8446 section 4.1.2, RFC 6066 section 3.
  static func record(serverName: String, session: Int) -> [UInt8] {
    let name = Array(serverName.utf8)
    let entry = [0] + vector(name, lengthBytes: 2)
    let serverNames = [0, 0] + vector(vector(entry, lengthBytes: 2), lengthBytes: 2)
    var body: [UInt8] = [3, 3]
    body += big(session, bytes: 4) + [UInt8](repeating: 7, count: 28)
    body += vector([], lengthBytes: 1)  // session id
    body += vector([0x13, 0x01], lengthBytes: 2)  // cipher suites
    body += vector([0], lengthBytes: 1)  // compression
    body += vector(serverNames, lengthBytes: 2)
    let handshake = [1] + vector(body, lengthBytes: 3)
    return [22, 3, 1] + vector(handshake, lengthBytes: 2)
  }

  private static func big(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func vector(_ content: [UInt8], lengthBytes: Int) -> [UInt8] {
    big(content.count, bytes: lengthBytes) + content
  }
}
