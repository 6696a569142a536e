/// A worker's pools, by place: a fixed number of places, used again when a pool is forgotten.
///
/// Invariant that keeps the pointers safe: both allocations have `capacity` places; a place is checked against `touched`; exactly the places that
/// are marked are initialized.
struct PoolTable: ~Copyable {
  static let capacity = 16_384

  private let pools: UnsafeMutablePointer<ServerPool>
  private let isInUse: UnsafeMutablePointer<Bool>
  private var free = IndexStack(capacity: Self.capacity)
  /// Places that have ever been used: all pools have smaller ones.
  private(set) var touched = 0

  init() {
    pools = .allocate(capacity: Self.capacity)
    isInUse = .allocate(capacity: Self.capacity)
  }

  deinit {
    for place in 0..<touched where isInUse[place] { (pools + place).deinitialize(count: 1) }
    pools.deallocate()
    isInUse.deallocate()
  }

  /// A place for one more pool; nil when there is none.
  mutating func takePlace() -> Int? {
    if let place = free.pop() { return Int(place) }
    guard touched < Self.capacity else { return nil }
    isInUse[touched] = false
    touched += 1
    return touched - 1
  }

  /// Puts a pool into a place that was taken for it.
  mutating func put(_ pool: consuming ServerPool, at place: Int) {
    precondition(place < touched && !isInUse[place], "the place is another pool's")
    (pools + place).initialize(to: pool)
    isInUse[place] = true
  }

  /// Forgets a pool.
  mutating func remove(_ place: Int) {
    precondition(has(place), "no such pool")
    (pools + place).deinitialize(count: 1)
    isInUse[place] = false
    free.push(UInt32(place))
  }

  /// Whether a pool is in a place.
  func has(_ place: Int) -> Bool { place < touched && isInUse[place] }

  subscript(place: Int) -> ServerPool {
    @inline(__always) _read {
      precondition(has(place), "no such pool")
      yield pools[place]
    }
    @inline(__always) _modify {
      precondition(has(place), "no such pool")
      yield &pools[place]
    }
  }
}
