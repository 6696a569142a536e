public import Routing
public import Tables

/// What it takes for each of a worker's sessions to wait in one ``WaitQueue``: allocated once, for all queues.
///
/// Invariant that keeps the pointer safe: `waits` holds as many initialized elements as `links` has slots, and a slot is checked by
/// `links` before use.
public struct WaitLinks: ~Copyable {
  @usableFromInline
  struct Wait: BitwiseCopyable {
    @usableFromInline var deadline: UInt64
    @usableFromInline var queue: UInt32

    @inlinable
    init(deadline: UInt64, queue: UInt32) {
      self.deadline = deadline
      self.queue = queue
    }
  }

  @usableFromInline var links: SlotLinks
  @usableFromInline let waits: UnsafeMutablePointer<Wait>

  /// Room for sessions in slots 0..<`capacity`; 24 bytes each.
  public init(capacity: Int) {
    links = SlotLinks(capacity: capacity)
    waits = .allocate(capacity: max(capacity, 1))
    waits.initialize(repeating: Wait(deadline: 0, queue: 0), count: capacity)
  }

  deinit { waits.deallocate() }

  /// The number of the queue that the session in a slot waits in; nil when it doesn't wait.
  @inlinable
  public func queue(of slot: UInt32) -> UInt32? {
    links.isLinked(slot) ? waits[Int(slot)].queue : nil
  }

  /// Until when the session in a slot waits; nil when it doesn't.
  @inlinable
  public func deadline(of slot: UInt32) -> MonotonicTime? {
    links.isLinked(slot) ? MonotonicTime(nanoseconds: waits[Int(slot)].deadline) : nil
  }
}
