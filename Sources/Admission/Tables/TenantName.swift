internal import ShardMap

/// A tenant's id in place, without an allocation: 64 bytes.
struct TenantName: BitwiseCopyable {
  /// The id's bytes, then zeros, and in the last byte how many they are.
  private var words = InlineArray<8, UInt64>(repeating: 0)

  static let longest = 63

  init(_ id: RawSpan) {
    precondition(
      (1...Self.longest).contains(id.byteCount), "\(id.byteCount) bytes are no tenant's id")
    for offset in 0..<id.byteCount {
      put(id.unsafeLoad(fromByteOffset: offset, as: UInt8.self), at: offset)
    }
    put(UInt8(id.byteCount), at: Self.longest)
  }

  private mutating func put(_ byte: UInt8, at offset: Int) {
    words[offset &>> 3] |= UInt64(byte) &<< UInt64(8 &* (offset & 7))
  }

  private func byte(at offset: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: words[offset &>> 3] &>> UInt64(8 &* (offset & 7)))
  }

  /// The id.
  var bytes: [UInt8] { (0..<Int(byte(at: Self.longest))).map(byte(at:)) }

  func isEqual(to other: TenantName) -> Bool {
    for word in words.indices where words[word] != other.words[word] { return false }
    return true
  }
}
