/// A stack of indices with a fixed capacity, allocated once.
///
/// Invariant that keeps the pointer safe: `count` stays within 0...capacity.
struct IndexStack: ~Copyable {
  private let indices: UnsafeMutablePointer<UInt32>
  private let capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    indices = .allocate(capacity: max(capacity, 1))
  }

  deinit { indices.deallocate() }

  mutating func push(_ index: UInt32) {
    precondition(count < capacity, "more indices were pushed than the stack was made for")
    indices[count] = index
    count += 1
  }

  mutating func pop() -> UInt32? {
    guard count > 0 else { return nil }
    count -= 1
    return indices[count]
  }
}
