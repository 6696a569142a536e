/// Which session has which cancel key: chains by bucket, one link a session slot.
///
/// Invariant that keeps the pointers safe: `links` has one element for each slot and `buckets` a power of two of them; a slot is checked against
/// `capacity`.
struct CancelTable: ~Copyable {
  private struct Link {
    var fingerprint = CancelFingerprint()
    var next = none
    var isListed = false
  }

  private static let none = UInt32.max

  private let links: UnsafeMutablePointer<Link>
  private let buckets: UnsafeMutablePointer<UInt32>
  private let bucketMask: Int
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    var bucketCount = 16
    while bucketCount < capacity { bucketCount *= 2 }
    bucketMask = bucketCount - 1
    links = .allocate(capacity: max(capacity, 1))
    links.initialize(repeating: Link(), count: max(capacity, 1))
    buckets = .allocate(capacity: bucketCount)
    buckets.initialize(repeating: Self.none, count: bucketCount)
  }

  deinit {
    links.deallocate()
    buckets.deallocate()
  }

  /// Lists a session's key.
  mutating func insert(_ slot: UInt32, _ fingerprint: CancelFingerprint) {
    remove(slot)
    let bucket = bucket(of: fingerprint)
    links[Int(slot)] = Link(fingerprint: fingerprint, next: buckets[bucket], isListed: true)
    buckets[bucket] = slot
  }

  /// A session's key; nil when none is listed.
  func fingerprint(of slot: UInt32) -> CancelFingerprint? {
    precondition(Int(slot) < capacity, "no such slot")
    return links[Int(slot)].isListed ? links[Int(slot)].fingerprint : nil
  }

  /// Forgets a session's key, if it is listed.
  mutating func remove(_ slot: UInt32) {
    precondition(Int(slot) < capacity, "no such slot")
    guard links[Int(slot)].isListed else { return }
    links[Int(slot)].isListed = false
    let bucket = bucket(of: links[Int(slot)].fingerprint)
    if buckets[bucket] == slot {
      buckets[bucket] = links[Int(slot)].next
      return
    }
    var before = buckets[bucket]
    while links[Int(before)].next != slot { before = links[Int(before)].next }
    links[Int(before)].next = links[Int(slot)].next
  }

  /// The session with this key, the latest first.
  func slot(of fingerprint: CancelFingerprint) -> UInt32? {
    var slot = buckets[bucket(of: fingerprint)]
    while slot != Self.none {
      if links[Int(slot)].fingerprint == fingerprint { return slot }
      slot = links[Int(slot)].next
    }
    return nil
  }

  private func bucket(of fingerprint: CancelFingerprint) -> Int {
    Int(truncatingIfNeeded: fingerprint.value ^ fingerprint.value >> 32) & bucketMask
  }
}
