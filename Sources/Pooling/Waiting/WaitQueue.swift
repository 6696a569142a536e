public import Routing
public import Tables

/// The sessions that wait for one of a pool's links: first in, first out, each with a deadline.
///
/// Two ends of a list; the sessions are linked in the worker's ``WaitLinks``. Every operation costs a
/// few loads and stores, taking a session out of the middle too, and none allocates.
public struct WaitQueue: ~Copyable {
  /// The pool's number in its worker, which tells its sessions from others that wait.
  public let number: UInt32
  @usableFromInline var list = SlotList()
  @usableFromInline var waiting = 0

  /// How many sessions wait.
  @inlinable public var count: Int { waiting }

  /// The session that has waited longest; nil when none waits.
  @inlinable public var first: UInt32? { list.isEmpty ? nil : list.first }

  /// A queue in which nobody waits.
  @inlinable
  public init(number: UInt32) { self.number = number }

  /// Adds a session behind the others.
  ///
  /// - Precondition: it waits in no queue.
  @inlinable
  public mutating func push(
    _ slot: UInt32, until deadline: MonotonicTime, in links: inout WaitLinks
  ) {
    links.links.append(slot, to: &list)
    links.waits[Int(slot)] = WaitLinks.Wait(deadline: deadline.nanoseconds, queue: number)
    waiting += 1
  }

  /// Takes out the session that has waited longest; nil when none waits.
  @inlinable
  public mutating func pop(in links: inout WaitLinks) -> UInt32? {
    guard let slot = links.links.popFirst(from: &list) else { return nil }
    waiting -= 1
    return slot
  }

  /// Takes out a session that doesn't wait any more: its client is gone, or told no.
  ///
  /// - Returns: false when it doesn't wait in this queue.
  @inlinable @discardableResult
  public mutating func remove(_ slot: UInt32, in links: inout WaitLinks) -> Bool {
    guard links.queue(of: slot) == number else { return false }
    links.links.remove(slot, from: &list)
    waiting -= 1
    return true
  }

  /// Takes out the session that has waited longest if its deadline has passed. Call until nil.
  ///
  /// Where a pool's waits are all equally long, deadlines pass in the order of arrival. After a change
  /// of that length to a shorter one, the later sessions are found only when those before them are.
  @inlinable
  public mutating func popExpired(now: MonotonicTime, in links: inout WaitLinks) -> UInt32? {
    guard let deadline = oldestDeadline(in: links), deadline <= now else { return nil }
    return pop(in: &links)
  }

  /// The deadline of the session that has waited longest; nil when none waits.
  @inlinable
  public func oldestDeadline(in links: borrowing WaitLinks) -> MonotonicTime? {
    list.isEmpty ? nil : MonotonicTime(nanoseconds: links.waits[Int(list.first)].deadline)
  }
}
