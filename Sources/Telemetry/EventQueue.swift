import Synchronization

/// A bounded queue from one thread to one other, without a lock: what a worker has to say to the log.
///
/// A full queue drops, and counts what it dropped. Invariant that keeps the pointer safe: places between `head` and `tail` are initialized;
/// only the writer moves `tail`, only the reader moves `head`.
public final class EventQueue<Event: Sendable>: Sendable {
  private nonisolated(unsafe) let places: UnsafeMutablePointer<Event>
  private let capacity: Int
  private let head = Atomic<Int>(0)
  private let tail = Atomic<Int>(0)
  private let dropped = Atomic<Int>(0)

  /// An empty queue.
  public init(capacity: Int) {
    self.capacity = capacity
    places = .allocate(capacity: capacity)
  }

  deinit {
    while take() != nil {}
    places.deallocate()
  }

  /// Adds an event, or counts it as dropped; whether it was added. Only the writing thread may.
  @discardableResult
  public func put(_ event: Event) -> Bool {
    let at = tail.load(ordering: .relaxed)
    guard at - head.load(ordering: .acquiring) < capacity else {
      dropped.store(dropped.load(ordering: .relaxed) + 1, ordering: .relaxed)
      return false
    }
    (places + at % capacity).initialize(to: event)
    tail.store(at + 1, ordering: .releasing)
    return true
  }

  /// The oldest event. Only the reading thread may take.
  public func take() -> Event? {
    let at = head.load(ordering: .relaxed)
    guard at < tail.load(ordering: .acquiring) else { return nil }
    let event = (places + at % capacity).move()
    head.store(at + 1, ordering: .releasing)
    return event
  }

  /// How many events were dropped so far.
  public var droppedCount: Int { dropped.load(ordering: .relaxed) }
}
