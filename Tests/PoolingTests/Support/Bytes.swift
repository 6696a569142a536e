@testable import Pooling

extension RawSpan {
  /// The bytes as text.
  var text: String {
    withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes in an array.
  var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension ServerStatementName {
  /// The name as text.
  var text: String { bytes.text }
}

extension HashKey {
  /// A key that is the same in every run.
  static let forTests = HashKey(seed: 1)
}
