internal import Crypto

/// A link of the log's chain: SHA-256 of the previous link and the event's canonical JSON.
public struct ChainHash: Hashable, Sendable {
  /// Bytes of a link.
  public static let byteCount = 32

  /// What the first event links to: 32 zero bytes.
  public static let origin = ChainHash(unchecked: Array(repeating: 0, count: byteCount))

  /// The 32 bytes.
  public let bytes: [UInt8]

  private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// A link from its bytes; nil when there are not ``byteCount`` of them.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// The link that an event makes.
  public func following(with event: [UInt8]) -> ChainHash {
    var hash = SHA256()
    hash.update(data: bytes)
    hash.update(data: event)
    return ChainHash(unchecked: Array(hash.finalize()))
  }
}

extension ChainHash: CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public var description: String { Hexadecimal.text(bytes) }
}

/// Bytes as hexadecimal digits.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes of lower-case digits, or nil.
  static func bytes(_ text: String) -> [UInt8]? {
    let values = text.utf8.compactMap { digit in
      digits.firstIndex(of: digit).map { UInt8($0) }
    }
    guard values.count == text.utf8.count, values.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
  }
}
