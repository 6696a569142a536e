/// Things to see to this turn, each at most once at a time: a fixed capacity, allocated once, in order of arrival.
///
/// Invariant that keeps the pointer safe: `count` stays within 0...capacity.
struct WorkList<Element: BitwiseCopyable>: ~Copyable {
  private let elements: UnsafeMutablePointer<Element>
  private let capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    elements = .allocate(capacity: max(capacity, 1))
  }

  deinit { elements.deallocate() }

  var isEmpty: Bool { count == 0 }

  mutating func append(_ element: Element) {
    precondition(count < capacity, "a work list holds each thing once and so cannot be full")
    elements[count] = element
    count += 1
  }

  subscript(index: Int) -> Element {
    precondition(index < count)
    return elements[index]
  }

  /// Forgets one that fits, if there is any; the last one takes its place.
  mutating func removeOne(where fits: (Element) -> Bool) {
    for place in 0..<count where fits(elements[place]) {
      elements[place] = elements[count - 1]
      count -= 1
      return
    }
  }

  /// Forgets the first `done` elements.
  mutating func removeFirst(_ done: Int) {
    precondition(done <= count)
    if done < count { elements.update(from: elements + done, count: count - done) }
    count -= done
  }
}
