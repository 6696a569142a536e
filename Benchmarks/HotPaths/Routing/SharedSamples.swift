import Routing
import ShardMap
import Synchronization

/// Samples as a router has them: written by one thread, read by others without a lock.
///
/// An entry is four words under a count of writes that is odd while one is going on (a seqlock).
/// **Invariant:** `words` holds `instanceCount * Self.stride` initialized atomics from `init` to
/// `deinit`, and every access is at an index that was checked.
final class SharedSamples: SampleSource, @unchecked Sendable {
  private static let stride = 5

  private let words: UnsafeMutablePointer<Atomic<UInt64>>
  private let instanceCount: Int

  init(instanceCount: Int) {
    self.instanceCount = instanceCount
    words = .allocate(capacity: instanceCount * Self.stride)
    for index in 0..<instanceCount * Self.stride { (words + index).initialize(to: Atomic(0)) }
  }

  deinit {
    words.deinitialize(count: instanceCount * Self.stride)
    words.deallocate()
  }

  var isProbing: Bool { true }

  func sample(of instance: InstanceIndex) -> InstanceSample? {
    let index = Int(instance.rawValue)
    precondition(index < instanceCount, "an instance of another map")
    let entry = words + index * Self.stride
    while true {
      let before = entry[0].load(ordering: .acquiring)
      if before == 0 { return nil }
      let role = entry[1].load(ordering: .relaxed)
      let takenAt = entry[2].load(ordering: .relaxed)
      let position = entry[3].load(ordering: .relaxed)
      let freshAsOf = entry[4].load(ordering: .relaxed)
      atomicMemoryFence(ordering: .acquiring)
      guard before & 1 == 0, entry[0].load(ordering: .relaxed) == before else { continue }
      return InstanceSample(
        role: role == 1 ? .primary : .replica, takenAt: MonotonicTime(nanoseconds: takenAt),
        position: LogPosition(rawValue: position),
        freshAsOf: MonotonicTime(nanoseconds: freshAsOf))
    }
  }

  func set(_ sample: InstanceSample, of instance: InstanceIndex) {
    let index = Int(instance.rawValue)
    precondition(index < instanceCount, "an instance of another map")
    let entry = words + index * Self.stride
    let count = entry[0].load(ordering: .relaxed)
    entry[0].store(count + 1, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
    entry[1].store(UInt64(sample.role.rawValue), ordering: .relaxed)
    entry[2].store(sample.takenAt.nanoseconds, ordering: .relaxed)
    entry[3].store(sample.position.rawValue, ordering: .relaxed)
    entry[4].store(sample.freshAsOf.nanoseconds, ordering: .relaxed)
    entry[0].store(count + 2, ordering: .releasing)
  }
}
