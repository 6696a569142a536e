internal import Tables

/// The sessions of one tenant that wait.
struct WaitingLine: BitwiseCopyable {
  var tenant = TenantSlot(index: 0)
  var sessions = SlotList()
  var count: UInt32 = 0
  /// Sessions that are served in a turn.
  var weight: UInt16 = 1
  /// The raw value of the priority.
  var ring: UInt8 = 0
  /// What is left of the turn.
  var credit: UInt32 = 0
}

/// The tenants that wait: at most as many as sessions, found by their slots.
///
/// Invariant that keeps the pointers safe: `lines` and `nextFree` hold `capacity` initialized elements,
/// `buckets` `mask + 1`, a power of two and at least twice as many; what is in a bucket is a line's place.
struct LineTable: ~Copyable {
  private static let none: UInt32 = .max

  private let lines: UnsafeMutablePointer<WaitingLine>
  private let nextFree: UnsafeMutablePointer<UInt32>
  private let buckets: UnsafeMutablePointer<UInt32>
  private let capacity: Int
  private let mask: UInt32
  private var firstFree: UInt32

  init(capacity: Int) {
    self.capacity = capacity
    lines = .allocate(capacity: max(capacity, 1))
    lines.initialize(repeating: WaitingLine(), count: capacity)
    nextFree = .allocate(capacity: max(capacity, 1))
    for line in 0..<capacity {
      (nextFree + line).initialize(to: line + 1 < capacity ? UInt32(line + 1) : Self.none)
    }
    firstFree = capacity > 0 ? 0 : Self.none
    var size: UInt32 = 8
    while size < 2 * capacity { size *= 2 }
    mask = size - 1
    buckets = .allocate(capacity: Int(size))
    buckets.initialize(repeating: Self.none, count: Int(size))
  }

  deinit {
    lines.deallocate()
    nextFree.deallocate()
    buckets.deallocate()
  }

  func at(_ line: UInt32) -> UnsafeMutablePointer<WaitingLine> {
    precondition(Int(line) < capacity, "no such line")
    return lines + Int(line)
  }

  /// The line of a tenant; nil when it has none.
  func find(_ tenant: TenantSlot) -> UInt32? {
    let line = buckets[Int(position(of: tenant))]
    return line == Self.none ? nil : line
  }

  /// An empty line for a tenant that has none.
  mutating func add(_ tenant: TenantSlot) -> UInt32 {
    let line = firstFree
    precondition(line != Self.none, "more tenants wait than sessions")
    firstFree = nextFree[Int(line)]
    lines[Int(line)] = WaitingLine(tenant: tenant)
    buckets[Int(position(of: tenant))] = line
    return line
  }

  /// Removes a line that is there.
  mutating func remove(_ line: UInt32) {
    var hole = position(of: lines[Int(line)].tenant)
    var position = hole
    while true {
      position = (position &+ 1) & mask
      let next = buckets[Int(position)]
      if next == Self.none { break }
      // It may move into the hole unless its search begins behind the hole.
      if (position &- home(of: lines[Int(next)].tenant)) & mask >= (position &- hole) & mask {
        buckets[Int(hole)] = next
        hole = position
      }
    }
    buckets[Int(hole)] = Self.none
    nextFree[Int(line)] = firstFree
    firstFree = line
  }

  private func home(of tenant: TenantSlot) -> UInt32 {
    // Slots are numbers that follow each other: Fibonacci hashing spreads them.
    UInt32(truncatingIfNeeded: (UInt64(tenant.index) &* 0x9E37_79B9_7F4A_7C15) &>> 32) & mask
  }

  /// Where a tenant's line is, or would be.
  private func position(of tenant: TenantSlot) -> UInt32 {
    var position = home(of: tenant)
    while buckets[Int(position)] != Self.none
      && lines[Int(buckets[Int(position)])].tenant != tenant
    {
      position = (position &+ 1) & mask
    }
    return position
  }
}
