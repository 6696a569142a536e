/// What only some sessions have, by session slot: nothing is made for the others.
///
/// Invariant that keeps the pointers safe: both allocations have `capacity` places; an index is checked against it; exactly the places that are marked
/// are initialized.
struct SlotTable<Element: ~Copyable>: ~Copyable {
  private let elements: UnsafeMutablePointer<Element>
  private let isPresent: UnsafeMutablePointer<Bool>
  private let capacity: Int
  private var touched = 0

  init(capacity: Int) {
    self.capacity = capacity
    elements = .allocate(capacity: max(capacity, 1))
    isPresent = .allocate(capacity: max(capacity, 1))
  }

  deinit {
    for slot in 0..<touched where isPresent[slot] { (elements + slot).deinitialize(count: 1) }
    elements.deallocate()
    isPresent.deallocate()
  }

  /// Whether the slot has an element.
  func has(_ slot: UInt32) -> Bool { Int(slot) < touched && isPresent[Int(slot)] }

  /// Gives a slot that has none an element.
  mutating func insert(_ slot: UInt32, _ element: consuming Element) {
    let place = Int(slot)
    precondition(place < capacity && !has(slot), "the slot has an element already")
    while touched <= place {
      isPresent[touched] = false
      touched += 1
    }
    (elements + place).initialize(to: element)
    isPresent[place] = true
  }

  /// Takes a slot's element out, if it has one.
  mutating func remove(_ slot: UInt32) -> Element? {
    guard has(slot) else { return nil }
    isPresent[Int(slot)] = false
    return (elements + Int(slot)).move()
  }

  /// The element of a slot that has one.
  subscript(slot: UInt32) -> Element {
    @inline(__always) _read {
      precondition(has(slot), "the slot has no element")
      yield elements[Int(slot)]
    }
    @inline(__always) _modify {
      precondition(has(slot), "the slot has no element")
      yield &elements[Int(slot)]
    }
  }
}
