/// The 32 bytes of a SHA-256 digest or HMAC that nobody may see.
///
/// They lie in the value itself, are never printed, and are compared in a time that says nothing about
/// them.
public struct SecretDigest: SecretValue, Sendable, Equatable {
  static let byteCount = 32

  var storage: InlineArray<32, UInt8>

  init() { storage = InlineArray(repeating: 0) }

  /// The bytes given; nil unless there are 32.
  init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init()
    for (place, byte) in bytes.enumerated() { storage[place] = byte }
  }

  var bytes: [UInt8] { storage.indices.map { storage[$0] } }

  /// Whether all bytes are the same; takes as long for every two.
  public static func == (left: SecretDigest, right: SecretDigest) -> Bool {
    Hashing.areEqual(left.storage.span, right.storage.span)
  }

  /// The bits in which two digests differ.
  static func ^ (left: SecretDigest, right: SecretDigest) -> SecretDigest {
    var result = left
    for place in result.storage.indices { result.storage[place] ^= right.storage[place] }
    return result
  }
}
