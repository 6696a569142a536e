/// The heaviest keys of a stream, in the memory of so many counters however many keys there are.
///
/// A key that has no counter takes over the lightest one, and inherits its count as an error. So a count is
/// never too low and at most its error too high, and each key whose weight is above the total divided by
/// the number of counters has a counter. (Metwally, Agrawal and El Abbadi, "Efficient Computation of
/// Frequent and Top-k Elements in Data Streams", 2005; with weights, and a heap in place of the list.)
///
/// Invariant that keeps the pointers safe: `counters`, `heap` and `positions` have `capacity` elements, of
/// which the first `count` are in use and name each other; `table` has `mask` + 1 elements, which are
/// places below `count` or `none`; more than half of them are `none`.
public struct SpaceSaving: ~Copyable {
  /// A key and what is known of its weight.
  public struct Counter: BitwiseCopyable, Hashable, Sendable {
    /// The key.
    public var key: UInt64
    /// Its weight, or more.
    public var count: UInt64
    /// By how much ``count`` may be too high.
    public var error: UInt64

    /// A counter from its parts.
    public init(key: UInt64, count: UInt64, error: UInt64) {
      self.key = key
      self.count = count
      self.error = error
    }
  }

  /// Where a weight was added.
  public struct Added: BitwiseCopyable, Hashable, Sendable {
    /// The counter's place, from 0; the key keeps it until it loses its counter.
    public var place: Int
    /// Whether the key had no counter before.
    public var isNew: Bool
  }

  private static let none = UInt16.max
  /// The most counters there may be: places are kept in 16 bits.
  public static let counterLimit = 16_384

  /// How many counters there are.
  public let capacity: Int
  /// How many of them have a key.
  public private(set) var count = 0
  private let counters: UnsafeMutablePointer<Counter>
  /// Places of counters, as a heap with the lightest first.
  private let heap: UnsafeMutablePointer<UInt16>
  /// By place: where it is in the heap.
  private let positions: UnsafeMutablePointer<UInt16>
  /// Places by key, with linear probing.
  private let table: UnsafeMutablePointer<UInt16>
  private let mask: Int

  /// Counters without keys; 1...``counterLimit`` of them.
  public init(capacity: Int) {
    precondition(
      1...Self.counterLimit ~= capacity, "a sketch has 1...\(Self.counterLimit) counters")
    self.capacity = capacity
    counters = .allocate(capacity: capacity)
    heap = .allocate(capacity: capacity)
    positions = .allocate(capacity: capacity)
    var slots = 4
    while slots <= 2 * capacity { slots *= 2 }
    mask = slots - 1
    table = .allocate(capacity: slots)
    table.initialize(repeating: Self.none, count: slots)
  }

  deinit {
    counters.deallocate()
    heap.deallocate()
    positions.deallocate()
    table.deallocate()
  }

  /// The counter at a place.
  public subscript(place: Int) -> Counter {
    precondition(place >= 0 && place < count, "no counter has this place")
    return counters[place]
  }

  /// The place of a key's counter; nil where it has none.
  public func place(of key: UInt64) -> Int? {
    let place = table[slot(of: key)]
    return place == Self.none ? nil : Int(place)
  }

  /// Adds to the weight of a key.
  ///
  /// - Complexity: O(log k); no allocation.
  public mutating func add(_ key: UInt64, weight: UInt64) -> Added {
    let slot = slot(of: key)
    if table[slot] != Self.none {
      let place = Int(table[slot])
      counters[place].count &+= weight
      sink(from: Int(positions[place]))
      return Added(place: place, isNew: false)
    }
    guard count == capacity else { return addCounter(key, weight, slot) }
    return takeOverLightest(key, weight)
  }

  /// Takes all keys out.
  public mutating func removeAll() {
    count = 0
    table.update(repeating: Self.none, count: mask + 1)
  }

  private mutating func addCounter(_ key: UInt64, _ weight: UInt64, _ slot: Int) -> Added {
    let place = count
    count += 1
    counters[place] = Counter(key: key, count: weight, error: 0)
    table[slot] = UInt16(place)
    put(UInt16(place), at: place)
    rise(from: place)
    return Added(place: place, isNew: true)
  }

  private mutating func takeOverLightest(_ key: UInt64, _ weight: UInt64) -> Added {
    let place = Int(heap[0])
    let lightest = counters[place]
    unlist(lightest.key)
    counters[place] = Counter(
      key: key, count: lightest.count &+ weight, error: lightest.count)
    table[slot(of: key)] = UInt16(place)
    sink(from: 0)
    return Added(place: place, isNew: true)
  }

  // MARK: The table

  private func home(of key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
  }

  /// Where a key is in the table, or belongs.
  private func slot(of key: UInt64) -> Int {
    var slot = home(of: key)
    while table[slot] != Self.none, counters[Int(table[slot])].key != key {
      slot = (slot + 1) & mask
    }
    return slot
  }

  /// Takes a key out of the table, and closes the gap for those that were pushed on by it.
  private mutating func unlist(_ key: UInt64) {
    var gap = slot(of: key)
    var next = (gap + 1) & mask
    while table[next] != Self.none {
      let distance = (next - home(of: counters[Int(table[next])].key)) & mask
      if distance >= (next - gap) & mask {
        table[gap] = table[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    table[gap] = Self.none
  }

  // MARK: The heap

  private func put(_ place: UInt16, at position: Int) {
    heap[position] = place
    positions[Int(place)] = UInt16(position)
  }

  private func weight(at position: Int) -> UInt64 { counters[Int(heap[position])].count }

  /// A counter has become heavier.
  private mutating func sink(from start: Int) {
    var position = start
    let moved = heap[position]
    let own = counters[Int(moved)].count
    while true {
      var child = 2 * position + 1
      guard child < count else { break }
      if child + 1 < count, weight(at: child + 1) < weight(at: child) { child += 1 }
      guard weight(at: child) < own else { break }
      put(heap[child], at: position)
      position = child
    }
    put(moved, at: position)
  }

  /// A counter has come in at the end.
  private mutating func rise(from start: Int) {
    var position = start
    let moved = heap[position]
    let own = counters[Int(moved)].count
    while position > 0, own < weight(at: (position - 1) / 2) {
      put(heap[(position - 1) / 2], at: position)
      position = (position - 1) / 2
    }
    put(moved, at: position)
  }
}
