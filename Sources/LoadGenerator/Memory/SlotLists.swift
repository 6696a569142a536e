/// Places in one of several lists, each in at most one: doubly linked through arrays, first in,
/// first out.
///
/// To append, take or remove one costs O(1); no allocation.
struct SlotLists {
  private static let none = UInt32.max

  private var heads: [UInt32]
  private var tails: [UInt32]
  private var next: [UInt32]
  private var previous: [UInt32]
  private var isListed: [Bool]

  /// So many empty lists of places below `slots`.
  init(lists: Int, slots: Int) {
    heads = Array(repeating: Self.none, count: lists)
    tails = heads
    next = Array(repeating: Self.none, count: slots)
    previous = next
    isListed = Array(repeating: false, count: slots)
  }

  /// Whether a place is in its list.
  func has(_ slot: Int) -> Bool { isListed[slot] }

  /// The first place of a list.
  func first(in list: Int) -> Int? {
    heads[list] == Self.none ? nil : Int(heads[list])
  }

  /// Appends a place that is in no list.
  mutating func append(_ slot: Int, to list: Int) {
    precondition(!isListed[slot], "a place can be in one list only")
    isListed[slot] = true
    let tail = tails[list]
    previous[slot] = tail
    next[slot] = Self.none
    if tail == Self.none { heads[list] = UInt32(slot) } else { next[Int(tail)] = UInt32(slot) }
    tails[list] = UInt32(slot)
  }

  /// Takes a place out of the list it is in, which the caller names; nothing if it is in none.
  mutating func remove(_ slot: Int, from list: Int) {
    guard isListed[slot] else { return }
    isListed[slot] = false
    let (before, after) = (previous[slot], next[slot])
    if before == Self.none { heads[list] = after } else { next[Int(before)] = after }
    if after == Self.none { tails[list] = before } else { previous[Int(after)] = before }
  }
}
