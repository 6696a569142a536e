/// Places in order of arrival, each at most once at a time: a fixed capacity, allocated once.
struct SlotQueue {
  private var slots: [UInt32]
  private var isQueued: [Bool]
  private var head = 0
  private(set) var count = 0

  /// A queue for places below `capacity`.
  init(capacity: Int) {
    slots = Array(repeating: 0, count: max(capacity, 1))
    isQueued = Array(repeating: false, count: capacity)
  }

  /// Appends a place, unless it is there already.
  mutating func append(_ slot: Int) {
    guard !isQueued[slot] else { return }
    isQueued[slot] = true
    var place = head + count
    if place >= slots.count { place -= slots.count }
    slots[place] = UInt32(slot)
    count += 1
  }

  /// Takes the first place.
  mutating func popFirst() -> Int? {
    guard count > 0 else { return nil }
    let slot = Int(slots[head])
    head = head + 1 == slots.count ? 0 : head + 1
    count -= 1
    isQueued[slot] = false
    return slot
  }
}
