import Uring

/// Completions on their way to the worker, in a ring of fixed size.
///
/// Invariant that keeps the pointer safe: `entries` has `capacity` elements, a power of two, and each
/// place is masked by it.
struct CompletionQueue: ~Copyable {
  /// More than all sessions together can have on their way.
  private static let capacity = 1024

  private let entries: UnsafeMutablePointer<Completion>
  private var head = 0
  private var tail = 0

  init() { entries = .allocate(capacity: Self.capacity) }

  deinit { entries.deallocate() }

  var isEmpty: Bool { head == tail }

  mutating func append(_ completion: Completion) {
    precondition(tail - head < Self.capacity, "the loopback's completion queue is full")
    (entries + (tail & (Self.capacity - 1))).initialize(to: completion)
    tail += 1
  }

  mutating func removeFirst() -> Completion? {
    guard head < tail else { return nil }
    head += 1
    return entries[(head - 1) & (Self.capacity - 1)]
  }
}
