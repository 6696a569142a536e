import Pooling
import Routing

/// Sessions that only wait for their clients: those that have not said who they are, and those that
/// were refused and have yet to read why. Each kind in the order in which it began.
///
/// A session is in one of the two, or in none.
struct LoginQueues: ~Copyable {
  private var links: WaitLinks
  private var newcomers = WaitQueue(number: 0)
  private var refused = WaitQueue(number: 1)

  /// Room for sessions in slots 0..<`capacity`; 24 bytes each.
  init(capacity: Int) { links = WaitLinks(capacity: capacity) }

  /// Those who have not said who they are.
  var newcomerCount: Int { newcomers.count }
  /// Those who have yet to read why they were refused.
  var refusedCount: Int { refused.count }

  /// One has connected; from some time on it counts as silent.
  mutating func addNewcomer(_ slot: UInt32, silentFrom time: MonotonicTime) {
    newcomers.push(slot, until: time, in: &links)
  }

  /// One was refused; if it had not said who it is, it is waited for to read now.
  mutating func addRefused(_ slot: UInt32) {
    remove(slot)
    refused.push(slot, until: .origin, in: &links)
  }

  /// Takes a session out of whichever it is in.
  mutating func remove(_ slot: UInt32) {
    if !newcomers.remove(slot, in: &links) { refused.remove(slot, in: &links) }
  }

  /// Takes out the one that has been there for longest if it counts as silent; nil when none does.
  mutating func popSilentNewcomer(now: MonotonicTime) -> UInt32? {
    newcomers.popExpired(now: now, in: &links)
  }

  /// Takes out the one that has been there for longest; nil when there is none.
  mutating func popNewcomer() -> UInt32? { newcomers.pop(in: &links) }
  /// Takes out the one that has had the most time to read; nil when there is none.
  mutating func popRefused() -> UInt32? { refused.pop(in: &links) }
}
