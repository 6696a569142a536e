internal import Tables

/// A ``HashIndex`` of many places, from 64 bits of hash.
///
/// It is made of parts that grow each by itself, so that no insertion stops its worker for long: at a
/// million places, for some 200 µs. It knows no keys: whoever looks something up says which place fits.
///
/// Invariant that keeps the pointer safe: `parts` holds `partCount` initialized parts, and a hash's part
/// is one of its upper bits, fewer than those.
struct PlaceIndex: ~Copyable {
  private static let partShift = 6
  private static let partCount = 1 << partShift
  private let parts: UnsafeMutablePointer<HashIndex>
  /// How many places are in it.
  private(set) var count = 0

  init() {
    parts = .allocate(capacity: Self.partCount)
    for part in 0..<Self.partCount { (parts + part).initialize(to: HashIndex(capacity: 0)) }
  }

  deinit {
    parts.deinitialize(count: Self.partCount)
    parts.deallocate()
  }

  /// The place with this hash that fits; nil when there is none.
  @inline(__always)
  func find(_ hash: UInt64, where fits: (UInt32) -> Bool) -> UInt32? {
    part(of: hash).pointee.find(Self.shortHash(hash), where: fits)
  }

  /// Adds a place, which must not be there with this hash already.
  mutating func insert(_ hash: UInt64, place: UInt32) {
    count += 1
    part(of: hash).pointee.insert(Self.shortHash(hash), place: place)
  }

  /// Removes a place that is there with this hash.
  mutating func remove(_ hash: UInt64, place: UInt32) {
    count -= 1
    part(of: hash).pointee.remove(Self.shortHash(hash), place: place)
  }

  private func part(of hash: UInt64) -> UnsafeMutablePointer<HashIndex> {
    parts + Int(hash &>> (64 - UInt64(Self.partShift)))
  }

  private static func shortHash(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) }
}
