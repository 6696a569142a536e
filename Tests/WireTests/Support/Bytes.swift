extension [UInt8] {
  init(text: String) { self = Array(text.utf8) }

  /// The text in a range of these bytes.
  func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
