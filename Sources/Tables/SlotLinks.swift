/// The two ends of a list whose members are linked in a ``SlotLinks``.
public struct SlotList: BitwiseCopyable {
  /// Its first slot; ``SlotLinks/end`` where it is empty.
  public var first: UInt32 = SlotLinks.end
  /// Its last slot; ``SlotLinks/end`` where it is empty.
  public var last: UInt32 = SlotLinks.end

  /// An empty list.
  @inlinable
  public init() {}

  /// Whether no slot is in it.
  @inlinable
  public var isEmpty: Bool { first == SlotLinks.end }
}

/// Doubly linked lists over a fixed number of slots, each of which is in one list at a time, or in none.
///
/// Every operation costs a few loads and stores. Naming a list that the slot is not in is the one mistake that isn't noticed:
/// who has several lists keeps apart which slot is where.
///
/// Invariant that keeps the pointer safe: `nodes` holds `capacity` initialized nodes, and an index is checked against it before use.
public struct SlotLinks: ~Copyable {
  @usableFromInline
  struct Node: BitwiseCopyable {
    @usableFromInline var previous: UInt32
    /// ``SlotLinks/outside`` when the slot is in no list.
    @usableFromInline var next: UInt32

    @inlinable
    init(previous: UInt32, next: UInt32) {
      self.previous = previous
      self.next = next
    }
  }

  /// The neighbour that a list's first and last slots don't have.
  @inlinable public static var end: UInt32 { .max }
  @inlinable static var outside: UInt32 { .max - 1 }

  @usableFromInline let nodes: UnsafeMutablePointer<Node>
  /// How many slots there are.
  public let capacity: Int

  /// Slots `0..<capacity`, none of which is in a list.
  public init(capacity: Int) {
    precondition(
      capacity >= 0 && capacity < Int(Self.outside), "\(capacity) slots can't be numbered")
    self.capacity = capacity
    nodes = .allocate(capacity: max(capacity, 1))
    nodes.initialize(repeating: Node(previous: Self.end, next: Self.outside), count: capacity)
  }

  @inlinable
  deinit { nodes.deallocate() }

  /// Whether the slot is in any list.
  @inlinable
  public func isLinked(_ slot: UInt32) -> Bool {
    precondition(Int(slot) < capacity, "no such slot")
    return nodes[Int(slot)].next != Self.outside
  }

  /// Adds a slot that is in no list behind the last one.
  @inlinable
  public mutating func append(_ slot: UInt32, to list: inout SlotList) {
    precondition(!isLinked(slot), "a slot can't be in two lists")
    nodes[Int(slot)] = Node(previous: list.last, next: Self.end)
    if list.last == Self.end {
      list.first = slot
    } else {
      nodes[Int(list.last)].next = slot
    }
    list.last = slot
  }

  /// Adds a slot that is in no list before the first one.
  @inlinable
  public mutating func prepend(_ slot: UInt32, to list: inout SlotList) {
    precondition(!isLinked(slot), "a slot can't be in two lists")
    nodes[Int(slot)] = Node(previous: Self.end, next: list.first)
    if list.first == Self.end {
      list.last = slot
    } else {
      nodes[Int(list.first)].previous = slot
    }
    list.first = slot
  }

  /// Takes a slot out of the list that it is in.
  @inlinable
  public mutating func remove(_ slot: UInt32, from list: inout SlotList) {
    precondition(isLinked(slot), "the slot is in no list")
    let node = nodes[Int(slot)]
    if node.previous == Self.end {
      list.first = node.next
    } else {
      nodes[Int(node.previous)].next = node.next
    }
    if node.next == Self.end {
      list.last = node.previous
    } else {
      nodes[Int(node.next)].previous = node.previous
    }
    nodes[Int(slot)].next = Self.outside
  }

  /// Takes the first slot out; nil when the list is empty.
  @inlinable
  public mutating func popFirst(from list: inout SlotList) -> UInt32? {
    let slot = list.first
    if slot == Self.end { return nil }
    remove(slot, from: &list)
    return slot
  }
}
