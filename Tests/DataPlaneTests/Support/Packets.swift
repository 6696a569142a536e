/// PostgreSQL packets and TLS flights built by hand, so that no encoder is tested against its own decoder.
enum Packets {
  static let sslRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]
  static let gssEncryptionRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x30]

  static func cancelRequest(processID: Int, key: [UInt8]) -> [UInt8] {
    integer(12 + key.count, bytes: 4) + [0x04, 0xD2, 0x16, 0x2E] + integer(processID, bytes: 4)
      + key
  }

  /// A startup packet of protocol 3.0 with these parameters.
  static func startup(_ parameters: KeyValuePairs<String, String>) -> [UInt8] {
    startup(parameters.map { ($0.key, $0.value) })
  }

  /// A startup packet of protocol 3.0 with these parameters.
  static func startup(_ parameters: [(String, String)]) -> [UInt8] {
    var content: [UInt8] = []
    for (name, value) in parameters { content += text(name) + text(value) }
    content.append(0)
    return integer(8 + content.count, bytes: 4) + [0, 3, 0, 0] + content
  }

  /// A message with a type byte.
  static func message(_ type: Character, _ body: [UInt8] = []) -> [UInt8] {
    [type.asciiValue!] + integer(body.count + 4, bytes: 4) + body
  }

  /// A TLS ClientHello in one record; with a server name, if one is given.
  static func clientHello(_ serverName: String?) -> [UInt8] {
    let name = serverName.map { Array($0.utf8) }
    let extensions = name.map { vector([0, 0] + vector(vector([0] + vector($0, bytes: 2)))) } ?? []
    let body =
      [3, 3] + [UInt8](repeating: 0xAA, count: 32) + [0] + vector([0x13, 0x01]) + [1, 0]
      + extensions
    return [22, 3, 1] + vector([1] + integer(body.count, bytes: 3) + body)
  }

  /// Text and its terminator.
  static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  /// An integer, most significant byte first.
  static func integer(_ value: Int, bytes count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
  }

  private static func vector(_ bytes: [UInt8], bytes count: Int = 2) -> [UInt8] {
    integer(bytes.count, bytes: count) + bytes
  }
}
