import TestSupport
import Wire

/// Packets built by hand, so that encoders and decoders are not tested against each other only.
enum Packets {
  static let sslRequest = hex("00000008 04d2162f")
  static let gssEncryptionRequest = hex("00000008 04d21630")

  static func cancelRequest(processID: Int, key: [UInt8]) -> [UInt8] {
    bigEndian(12 + key.count, bytes: 4) + hex("04d2162e") + bigEndian(processID, bytes: 4) + key
  }

  /// A startup packet with these bytes behind the version, and a length that fits.
  static func startup(version: String = "00030000", content: [UInt8]) -> [UInt8] {
    bigEndian(8 + content.count, bytes: 4) + hex(version) + content
  }

  /// A startup packet with these parameters.
  static func startup(
    version: String = "00030000", _ parameters: KeyValuePairs<String, String>
  ) -> [UInt8] {
    startup(version: version, content: parameters.flatMap { text($0.key) + text($0.value) } + [0])
  }

  /// A typed message.
  static func message(_ type: Character, _ body: [UInt8] = []) -> [UInt8] {
    [type.asciiValue!] + bigEndian(body.count + 4, bytes: 4) + body
  }

  /// Text and its terminator.
  static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
}
