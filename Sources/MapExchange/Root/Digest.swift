internal import Crypto
internal import ShardMap

/// A SHA-256 digest in four words: no array behind it.
struct Digest: Hashable, Sendable {
  static let byteCount = 32
  static let zero = Digest(words: (0, 0, 0, 0))

  // Big-endian, so that the words have the order of the bytes.
  let first: UInt64
  let second: UInt64
  let third: UInt64
  let fourth: UInt64

  init(words: (UInt64, UInt64, UInt64, UInt64)) {
    (first, second, third, fourth) = words
  }

  /// The digest of one byte and what follows it.
  init(_ prefix: UInt8? = nil, _ bytes: UnsafeRawBufferPointer) {
    var hash = SHA256()
    if var prefix { withUnsafeBytes(of: &prefix) { hash.update(bufferPointer: $0) } }
    hash.update(bufferPointer: bytes)
    self = hash.finalize().withUnsafeBytes { digest in
      // A SHA-256 digest has 32 bytes, and no load is aligned.
      func word(_ index: Int) -> UInt64 {
        digest.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self).bigEndian
      }
      return Digest(words: (word(0), word(1), word(2), word(3)))
    }
  }

  func append(to bytes: inout [UInt8]) {
    for word in [first, second, third, fourth] {
      withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }
  }

  var root: MapRoot {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return MapRoot(bytes: bytes) ?? .none
  }
}

/// What a record is in the tree: SHA-256 of a byte 0 and the record's bytes.
public struct RecordLeaf: Hashable, Sendable {
  let digest: Digest

  /// The leaf of a record's canonical bytes.
  public init(hashing bytes: [UInt8]) {
    digest = bytes.withUnsafeBytes { Digest(0, $0) }
  }
}
