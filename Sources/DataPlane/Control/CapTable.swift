import Pooling
import ShardMap
import Synchronization

/// The caps of the instances that the workers of a router have connections to.
///
/// A worker joins with its first pool at an address and leaves with its last, so a lock will do; what it joined it uses without one. Instances
/// are told apart by their addresses: two ids at one address are one server.
final class CapTable: Sendable {
  private struct Entry {
    let cap: InstanceCap
    var workers: Int
  }

  private let limit: Int
  private let workers: Int
  private let entries = Mutex<[SocketAddress: Entry]>([:])

  /// A table for workers that may have so many connections to one instance together.
  init(limit: Int, workers: Int) {
    self.limit = limit
    self.workers = workers
  }

  /// How many instances have a cap now.
  var count: Int { entries.withLock { $0.count } }

  /// The cap of an instance, for one worker more.
  func join(_ address: SocketAddress) -> InstanceCap {
    entries.withLock { entries in
      var entry =
        entries[address] ?? Entry(cap: InstanceCap(limit: limit, workers: workers), workers: 0)
      entry.workers += 1
      entries[address] = entry
      return entry.cap
    }
  }

  /// A worker has no connection to the instance any more and wants none: the last one takes the cap with it.
  func leave(_ address: SocketAddress) {
    entries.withLock { entries in
      guard var entry = entries[address] else { return }
      entry.workers -= 1
      entries[address] = entry.workers == 0 ? nil : entry
    }
  }
}
