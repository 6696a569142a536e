internal import FoundationEssentials

/// RFC 4648 section 4, one spelling for each value.
enum Base64 {
  static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
  }

  /// The bytes, or nil when the text isn't the one that ``text(_:)`` gives for them.
  static func bytes(_ text: String) -> [UInt8]? {
    guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else {
      return nil
    }
    return Array(data)
  }
}
