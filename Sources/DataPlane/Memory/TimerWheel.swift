import Routing

/// One deadline for each session slot, in buckets of a tick: to set, move or clear one costs a few loads and stores.
///
/// A deadline is never early and at most one tick late. One beyond the wheel's span stays in its bucket for further rounds. (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987, scheme 6.)
///
/// Invariant that keeps the pointers safe: `entries` has one element for each slot, `buckets` one for each bucket; an
/// index is checked against `capacity`.
struct TimerWheel: ~Copyable {
  static let tickNanoseconds: UInt64 = 50_000_000
  static let bucketCount = 1024

  private static let none = UInt32.max

  private struct Entry {
    var deadlineTick: UInt64 = 0
    var previous = none
    var next = none
    var bucket = none
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let buckets: UnsafeMutablePointer<UInt32>
  private let capacity: Int
  private var handTick: UInt64
  private var armed = 0
  /// No armed deadline is before this tick.
  private var earliestTick = UInt64.max

  init(capacity: Int, now: MonotonicTime) {
    self.capacity = capacity
    entries = .allocate(capacity: max(capacity, 1))
    entries.initialize(repeating: Entry(), count: capacity)
    buckets = .allocate(capacity: Self.bucketCount)
    buckets.initialize(repeating: Self.none, count: Self.bucketCount)
    handTick = now.nanoseconds / Self.tickNanoseconds
  }

  deinit {
    entries.deallocate()
    buckets.deallocate()
  }

  /// When the next deadline may be due; nil when none is set.
  var nextWake: MonotonicTime? {
    armed == 0 ? nil : MonotonicTime(nanoseconds: earliestTick * Self.tickNanoseconds)
  }

  /// Sets the deadline of a slot, instead of any it had.
  mutating func set(_ slot: UInt32, to deadline: MonotonicTime) {
    clear(slot)
    let tick = max(deadline.nanoseconds / Self.tickNanoseconds + 1, handTick + 1)
    insert(slot, tick: tick)
    armed += 1
  }

  /// Takes a slot's deadline away.
  mutating func clear(_ slot: UInt32) {
    precondition(Int(slot) < capacity)
    guard entries[Int(slot)].bucket != Self.none else { return }
    unlink(slot)
    armed -= 1
    if armed == 0 { earliestTick = .max }
  }

  /// The next slot whose deadline has passed; its deadline is cleared. Call until nil.
  mutating func nextExpired(now: MonotonicTime) -> UInt32? {
    let nowTick = now.nanoseconds / Self.tickNanoseconds
    while armed > 0 && earliestTick <= nowTick {
      handTick = max(handTick, earliestTick)
      let bucket = Int(earliestTick % UInt64(Self.bucketCount))
      var slot = buckets[bucket]
      while slot != Self.none {
        let next = entries[Int(slot)].next
        if entries[Int(slot)].deadlineTick <= earliestTick {
          unlink(slot)
          armed -= 1
          if armed == 0 { earliestTick = .max }
          return slot
        }
        slot = next
      }
      findEarliest(after: earliestTick)
    }
    handTick = max(handTick, nowTick)
    return nil
  }

  /// Moves `earliestTick` to the next bucket that holds anything: at most one round.
  private mutating func findEarliest(after tick: UInt64) {
    for step in 1...UInt64(Self.bucketCount)
    where buckets[Int((tick + step) % UInt64(Self.bucketCount))] != Self.none {
      earliestTick = tick + step
      return
    }
  }

  private mutating func insert(_ slot: UInt32, tick: UInt64) {
    let bucket = Int(tick % UInt64(Self.bucketCount))
    let head = buckets[bucket]
    entries[Int(slot)] = Entry(
      deadlineTick: tick, previous: Self.none, next: head, bucket: UInt32(bucket))
    if head != Self.none { entries[Int(head)].previous = slot }
    buckets[bucket] = slot
    let reached = min(tick, handTick + UInt64(Self.bucketCount))
    earliestTick = min(earliestTick, max(reached, handTick + 1))
  }

  private mutating func unlink(_ slot: UInt32) {
    let entry = entries[Int(slot)]
    if entry.previous == Self.none {
      buckets[Int(entry.bucket)] = entry.next
    } else {
      entries[Int(entry.previous)].next = entry.next
    }
    if entry.next != Self.none { entries[Int(entry.next)].previous = entry.previous }
    entries[Int(slot)].bucket = Self.none
  }
}
