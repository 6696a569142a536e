import Synchronization

/// Which instances workers have ejected, so that the control plane hears of each once and not from every worker.
///
/// An instance counts as ejected from when the first worker ejects it until one that has connects to it again. Workers come here when an instance's
/// state turns, which is rare, so a lock will do.
final class InstanceEjections: Sendable {
  private let ejected = Mutex<Set<String>>([])

  /// Nothing is ejected.
  init() {}

  /// A worker has ejected an instance for so long; the event that tells of it, if no other worker has before.
  func ejected(_ instance: String, shard: String, for duration: Duration) -> RouterEvent? {
    guard ejected.withLock({ $0.insert(instance).inserted }) else { return nil }
    return RouterEvent(
      kind: .instanceEjected, shard: shard,
      text: "\(instance) has failed again and again: no new work for \(duration)")
  }

  /// A worker that had ejected an instance has connected to it; the event that tells of it, unless that was told.
  func readmitted(_ instance: String, shard: String) -> RouterEvent? {
    guard ejected.withLock({ $0.remove(instance) }) != nil else { return nil }
    return RouterEvent(
      kind: .instanceReadmitted, shard: shard, text: "\(instance) takes connections again")
  }
}
