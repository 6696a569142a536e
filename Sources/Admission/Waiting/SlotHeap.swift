/// A heap of slots by their times, the earliest first, each slot once, with room for all of them.
///
/// Every change costs the logarithm of how many are in it, and none allocates.
///
/// Invariant that keeps the pointers safe: `entries` and `positions` hold `capacity` initialized elements;
/// `entries[0..<count]` are those in the heap, and of each of them `positions` says where it is; a slot is
/// checked against `capacity` before use.
struct SlotHeap: ~Copyable {
  private struct Entry: BitwiseCopyable {
    var time: UInt64 = 0
    var slot: UInt32 = 0
  }

  private static let outside: UInt32 = .max

  private let entries: UnsafeMutablePointer<Entry>
  private let positions: UnsafeMutablePointer<UInt32>
  private let capacity: Int
  private(set) var count = 0

  /// Room for slots 0..<`capacity`.
  init(capacity: Int) {
    self.capacity = capacity
    entries = .allocate(capacity: max(capacity, 1))
    entries.initialize(repeating: Entry(), count: capacity)
    positions = .allocate(capacity: max(capacity, 1))
    positions.initialize(repeating: Self.outside, count: capacity)
  }

  deinit {
    entries.deallocate()
    positions.deallocate()
  }

  /// The earliest time; nil when the heap is empty.
  var firstTime: UInt64? { count > 0 ? entries[0].time : nil }

  func contains(_ slot: UInt32) -> Bool { position(of: slot) != Self.outside }

  /// Adds a slot that is not in it.
  mutating func insert(_ slot: UInt32, at time: UInt64) {
    precondition(!contains(slot), "a slot can't be twice in a heap")
    entries[count] = Entry(time: time, slot: slot)
    count += 1
    rise(count - 1)
  }

  /// Takes the earliest slot out if its time is not after `time`.
  mutating func popFirst(notAfter time: UInt64) -> UInt32? {
    guard count > 0 && entries[0].time <= time else { return nil }
    let slot = entries[0].slot
    remove(slot)
    return slot
  }

  /// Takes a slot out that is in it.
  mutating func remove(_ slot: UInt32) {
    let hole = position(of: slot)
    precondition(hole != Self.outside, "the slot is not in the heap")
    positions[Int(slot)] = Self.outside
    count -= 1
    if Int(hole) == count { return }
    entries[Int(hole)] = entries[count]
    positions[Int(entries[count].slot)] = hole
    rise(Int(hole))
    sink(Int(position(of: entries[Int(hole)].slot)))
  }

  private func position(of slot: UInt32) -> UInt32 {
    precondition(Int(slot) < capacity, "no such slot")
    return positions[Int(slot)]
  }

  /// Moves an entry up to where none above it is later.
  private mutating func rise(_ start: Int) {
    let entry = entries[start]
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      if entries[parent].time <= entry.time { break }
      put(entries[parent], at: position)
      position = parent
    }
    put(entry, at: position)
  }

  /// Moves an entry down to where none below it is earlier.
  private mutating func sink(_ start: Int) {
    let entry = entries[start]
    var position = start
    while 2 * position + 1 < count {
      var child = 2 * position + 1
      if child + 1 < count && entries[child + 1].time < entries[child].time { child += 1 }
      if entry.time <= entries[child].time { break }
      put(entries[child], at: position)
      position = child
    }
    put(entry, at: position)
  }

  private mutating func put(_ entry: Entry, at position: Int) {
    entries[position] = entry
    positions[Int(entry.slot)] = UInt32(position)
  }
}
