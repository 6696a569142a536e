/// The name of a slot in a slab: its place, and which of its tenants over time is meant.
struct SlabHandle: Sendable, Equatable {
  /// The place, below the slab's capacity.
  let index: UInt32
  /// Grows each time the place is taken; 24 bits, wrapping.
  let generation: UInt32
}

/// A fixed number of places, addressed by handles that go stale when their place is given back.
///
/// Invariant that keeps the pointers safe: both allocations hold `capacity` elements; an index is checked against `capacity` before
/// use; exactly the places that are taken are initialized.
struct Slab<Element: ~Copyable>: ~Copyable {
  let capacity: Int
  private let elements: UnsafeMutablePointer<Element>
  /// For each place its generation; the lowest bit of the count of changes says whether it is taken.
  private let changes: UnsafeMutablePointer<UInt32>
  private var free: IndexStack
  private var touched = 0

  /// How many places are taken.
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    elements = .allocate(capacity: capacity)
    changes = .allocate(capacity: capacity)
    free = IndexStack(capacity: capacity)
  }

  deinit {
    for index in 0..<touched where isTaken(index) { (elements + index).deinitialize(count: 1) }
    elements.deallocate()
    changes.deallocate()
  }

  /// Takes a place for `element`; nil when all are taken.
  mutating func insert(_ element: consuming Element) -> SlabHandle? {
    let index: Int
    if let reused = free.pop() {
      index = Int(reused)
    } else {
      guard touched < capacity else { return nil }
      index = touched
      touched += 1
      changes[index] = 0
    }
    (elements + index).initialize(to: element)
    changes[index] &+= 1
    count += 1
    return handle(index)
  }

  /// Gives a place back; its handles are stale from now on.
  mutating func remove(_ handle: SlabHandle) {
    precondition(isCurrent(handle), "a slot was given back twice")
    (elements + Int(handle.index)).deinitialize(count: 1)
    changes[Int(handle.index)] &+= 1
    count -= 1
    free.push(handle.index)
  }

  /// Whether the handle names what holds its place now.
  func isCurrent(_ handle: SlabHandle) -> Bool {
    let index = Int(handle.index)
    return index < touched && isTaken(index) && generation(index) == handle.generation
  }

  /// The handle of a place, if it is taken.
  func currentHandle(at index: Int) -> SlabHandle? {
    index < touched && isTaken(index) ? handle(index) : nil
  }

  /// Places that have ever been taken: all handles have smaller indices.
  var highWaterMark: Int { touched }

  /// What is in a place that is taken.
  subscript(handle: SlabHandle) -> Element {
    @inline(__always) _read {
      assert(isCurrent(handle), "a stale handle was used")
      precondition(Int(handle.index) < capacity)
      yield elements[Int(handle.index)]
    }
    @inline(__always) _modify {
      assert(isCurrent(handle), "a stale handle was used")
      precondition(Int(handle.index) < capacity)
      yield &elements[Int(handle.index)]
    }
  }

  private func handle(_ index: Int) -> SlabHandle {
    SlabHandle(index: UInt32(index), generation: generation(index))
  }

  private func isTaken(_ index: Int) -> Bool { changes[index] & 1 == 1 }
  private func generation(_ index: Int) -> UInt32 { (changes[index] >> 1) & Token.generationMask }
}
