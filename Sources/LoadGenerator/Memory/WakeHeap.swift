/// One moment for each place at which it is to be woken: a binary heap that knows where each place
/// stands in it.
///
/// To set, move, clear or take one costs O(log n); no allocation.
struct WakeHeap {
  private static let none = UInt32.max

  /// Places in heap order.
  private var heap: [UInt32]
  /// For each place where it stands in the heap.
  private var positions: [UInt32]
  private var moments: [Int64]
  private(set) var count = 0

  /// For places below `capacity`.
  init(capacity: Int) {
    heap = Array(repeating: 0, count: capacity)
    positions = Array(repeating: Self.none, count: capacity)
    moments = Array(repeating: 0, count: capacity)
  }

  /// The earliest moment; `Int64.max` when there is none.
  var earliest: Int64 { count == 0 ? .max : moments[Int(heap[0])] }

  /// Sets the moment of a place, instead of any it had.
  mutating func set(_ slot: Int, to moment: Int64) {
    moments[slot] = moment
    if positions[slot] == Self.none {
      put(UInt32(slot), at: count)
      count += 1
    }
    restore(Int(positions[slot]))
  }

  /// Takes a place's moment away, if it has one.
  mutating func clear(_ slot: Int) {
    guard positions[slot] != Self.none else { return }
    let position = Int(positions[slot])
    positions[slot] = Self.none
    count -= 1
    guard position < count else { return }
    put(heap[count], at: position)
    restore(position)
  }

  /// Takes out a place whose moment has come; nil when there is none.
  mutating func popExpired(now: Int64) -> Int? {
    guard earliest <= now, count > 0 else { return nil }
    let slot = Int(heap[0])
    clear(slot)
    return slot
  }

  private mutating func put(_ slot: UInt32, at position: Int) {
    heap[position] = slot
    positions[Int(slot)] = UInt32(position)
  }

  /// Moves what stands at a position to where it belongs.
  private mutating func restore(_ start: Int) {
    let slot = heap[start]
    let moment = moments[Int(slot)]
    var position = start
    while position > 0, moment < moments[Int(heap[(position - 1) / 2])] {
      put(heap[(position - 1) / 2], at: position)
      position = (position - 1) / 2
    }
    while let child = earlierChild(of: position), moments[Int(heap[child])] < moment {
      put(heap[child], at: position)
      position = child
    }
    put(slot, at: position)
  }

  private func earlierChild(of position: Int) -> Int? {
    let left = 2 * position + 1
    guard left < count else { return nil }
    let right = left + 1
    guard right < count, moments[Int(heap[right])] < moments[Int(heap[left])] else { return left }
    return right
  }
}
