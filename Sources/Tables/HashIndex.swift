/// From hashes to the places of what was hashed: open addressing, at most half full, grows when needed.
///
/// It knows no keys: whoever looks something up says which place fits. Finding allocates nothing.
///
/// Invariant that keeps the pointer safe: `buckets` holds `mask + 1` initialized buckets, a power of two, and a place in it is
/// always taken `& mask`. At least half of them are empty, which ends every search.
public struct HashIndex: ~Copyable {
  @usableFromInline
  struct Bucket: BitwiseCopyable {
    @usableFromInline var hash: UInt32
    /// ``HashIndex/none`` in an empty bucket.
    @usableFromInline var place: UInt32

    @inlinable
    init(hash: UInt32, place: UInt32) {
      self.hash = hash
      self.place = place
    }
  }

  /// What no place is.
  @inlinable public static var none: UInt32 { .max }

  @usableFromInline var buckets: UnsafeMutablePointer<Bucket>
  @usableFromInline var mask: UInt32
  /// How many places are in it.
  public private(set) var count: UInt32 = 0

  /// An empty index that takes this many places before it grows.
  public init(capacity: Int) {
    precondition(capacity < 1 << 30, "an index of \(capacity) places was asked for")
    var size: UInt32 = 8
    while size < 2 * capacity { size *= 2 }
    mask = size - 1
    buckets = Self.emptyBuckets(Int(size))
  }

  // Inlinable, as is that of `SlotLinks`: where a table in inlinable code has a member whose deinit isn't,
  // the optimizer of Swift 6.3 stops with an assertion.
  @inlinable
  deinit { buckets.deallocate() }

  /// The place with this hash that fits; nil when there is none.
  @inlinable @inline(__always)
  public func find(_ hash: UInt32, where fits: (UInt32) -> Bool) -> UInt32? {
    var position = hash & mask
    while true {
      let bucket = buckets[Int(position)]
      if bucket.place == Self.none { return nil }
      if bucket.hash == hash && fits(bucket.place) { return bucket.place }
      position = (position &+ 1) & mask
    }
  }

  /// Adds a place, which must not be there with this hash already.
  public mutating func insert(_ hash: UInt32, place: UInt32) {
    if 2 * (count + 1) > mask + 1 { grow() }
    count += 1
    put(Bucket(hash: hash, place: place))
  }

  /// Removes a place that is there with this hash.
  public mutating func remove(_ hash: UInt32, place: UInt32) {
    var hole = position(hash, place: place)
    var position = hole
    while true {
      position = (position &+ 1) & mask
      let bucket = buckets[Int(position)]
      if bucket.place == Self.none { break }
      // It may move into the hole unless its search begins behind the hole.
      let home = bucket.hash & mask
      if (position &- home) & mask >= (position &- hole) & mask {
        buckets[Int(hole)] = bucket
        hole = position
      }
    }
    buckets[Int(hole)].place = Self.none
    count -= 1
  }

  /// Says that what is at `place` moves to `newPlace`.
  public mutating func move(_ hash: UInt32, from place: UInt32, to newPlace: UInt32) {
    buckets[Int(position(hash, place: place))].place = newPlace
  }

  private func position(_ hash: UInt32, place: UInt32) -> UInt32 {
    var position = hash & mask
    while buckets[Int(position)].hash != hash || buckets[Int(position)].place != place {
      precondition(buckets[Int(position)].place != Self.none, "the index has no such place")
      position = (position &+ 1) & mask
    }
    return position
  }

  private mutating func put(_ bucket: Bucket) {
    var position = bucket.hash & mask
    while buckets[Int(position)].place != Self.none { position = (position &+ 1) & mask }
    buckets[Int(position)] = bucket
  }

  private mutating func grow() {
    let old = buckets
    let oldCount = Int(mask) + 1
    buckets = Self.emptyBuckets(2 * oldCount)
    mask = 2 * mask + 1
    for position in 0..<oldCount where old[position].place != Self.none { put(old[position]) }
    old.deallocate()
  }

  private static func emptyBuckets(_ count: Int) -> UnsafeMutablePointer<Bucket> {
    let buckets = UnsafeMutablePointer<Bucket>.allocate(capacity: count)
    buckets.initialize(repeating: Bucket(hash: 0, place: none), count: count)
    return buckets
  }
}
