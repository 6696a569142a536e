internal import CXXHash

/// What the tenant table derives from an id: its home slot and its tag.
///
/// The home comes from the upper bits of a keyed XXH3, so that sorting by hash sorts by home; the
/// tag from the lowest byte.
struct TenantHash {
  let value: UInt64

  init(_ value: UInt64) {
    self.value = value
  }

  init(id: RawSpan, seed: UInt64) {
    value = id.withUnsafeBytes { shardway_xxh3_64($0.baseAddress, $0.count, seed) }
  }

  /// Where the search begins, 0..<`homes`.
  func home(of homes: Int) -> Int {
    Int(truncatingIfNeeded: value.multipliedFullWidth(by: UInt64(truncatingIfNeeded: homes)).high)
  }

  /// Never 0, which marks an empty slot.
  var tag: UInt8 {
    let byte = UInt8(truncatingIfNeeded: value)
    return byte == 0 ? 1 : byte
  }
}
