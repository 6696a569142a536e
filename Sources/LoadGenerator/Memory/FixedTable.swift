/// So many elements that can't be copied, made at once, each in its place for good.
///
/// Invariant that keeps the pointer safe: `elements` holds `count` initialized elements from the
/// initializer to `deinit`; an index is checked against `count`.
struct FixedTable<Element: ~Copyable>: ~Copyable {
  private let elements: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int, _ make: (Int) -> Element) {
    elements = .allocate(capacity: max(count, 1))
    for index in 0..<count { (elements + index).initialize(to: make(index)) }
    self.count = count
  }

  deinit {
    elements.deinitialize(count: count)
    elements.deallocate()
  }

  subscript(index: Int) -> Element {
    @inline(__always) _read {
      precondition(index >= 0 && index < count, "no element at this place")
      yield elements[index]
    }
    @inline(__always) _modify {
      precondition(index >= 0 && index < count, "no element at this place")
      yield &elements[index]
    }
  }
}
