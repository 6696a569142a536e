public import Routing
public import ShardMap
import Synchronization

/// What probes know of an instance.
public struct ProbedInstance: Sendable, Hashable {
  /// What is proven of it.
  public let sample: InstanceSample
  /// The epoch that the fleet has published there; nil when it has published none.
  public let epoch: UInt64?
  /// From the last question to its answer.
  public let roundTripNanoseconds: UInt64

  /// What is known, from its parts.
  public init(sample: InstanceSample, epoch: UInt64?, roundTripNanoseconds: UInt64) {
    self.sample = sample
    self.epoch = epoch
    self.roundTripNanoseconds = roundTripNanoseconds
  }
}

/// What is known of the instances of one map, by their index: written by the prober, read by the workers.
///
/// An entry is a seqlock: its first word is odd while it is being written, and another one afterwards, so whoever reads the same even
/// number before and after has read one statement and not parts of two. A reader costs nobody anything: eight loads from one cache line, no store,
/// no allocation. (Boehm, "Can Seqlocks Get Along with Programming Language Memory Models?", 2012.)
///
/// Invariant that keeps the pointer safe: `entries` holds `count` initialized entries for the life of the object, and an index is checked
/// against `count`. One thread writes at a time.
public final class SampleBoard: Sendable {
  /// One cache line.
  private struct Entry: ~Copyable {
    let sequence = Atomic<UInt64>(0)
    /// Role and whether there is an epoch; 0 when nothing is known.
    let facts = Atomic<UInt64>(0)
    let takenAt = Atomic<UInt64>(0)
    let position = Atomic<UInt64>(0)
    let freshAsOf = Atomic<UInt64>(0)
    let epoch = Atomic<UInt64>(0)
    let roundTrip = Atomic<UInt64>(0)
    let unused = Atomic<UInt64>(0)
  }

  private static let roleMask: UInt64 = 0xFF
  private static let hasEpoch: UInt64 = 0x100
  private static let lineBytes = 64

  private nonisolated(unsafe) let entries: UnsafeMutablePointer<Entry>
  /// How many instances the map has.
  public let count: Int

  /// A board for so many instances, of which nothing is known.
  init(count: Int) {
    self.count = count
    entries = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Entry>.stride, alignment: Self.lineBytes
    ).bindMemory(to: Entry.self, capacity: count)
    for index in 0..<count { (entries + index).initialize(to: Entry()) }
  }

  deinit { UnsafeMutableRawPointer(entries).deallocate() }

  /// What is proven of an instance; nil when nothing is known of it, or when the prober was stopped in the middle of writing it. Any
  /// thread may ask.
  ///
  /// - Precondition: the index came from the map that the board was published with.
  public func read(_ index: InstanceIndex) -> InstanceSample? { probed(index)?.sample }

  /// The same with what else probes have seen of it.
  public func probed(_ index: InstanceIndex) -> ProbedInstance? {
    let entry = entry(index)
    for _ in 0..<ProbeLimits.readAttempts {
      let before = entry.pointee.sequence.load(ordering: .acquiring)
      let read = Self.load(entry)
      atomicMemoryFence(ordering: .acquiring)
      let after = entry.pointee.sequence.load(ordering: .relaxed)
      if before == after && before & 1 == 0 { return read }
    }
    return nil
  }

  /// Says what is known of an instance now; nil for nothing. Only the thread that owns the board may.
  func write(_ known: ProbedInstance?, at index: InstanceIndex) {
    let entry = entry(index)
    let sequence = entry.pointee.sequence.load(ordering: .relaxed)
    entry.pointee.sequence.store(sequence &+ 1, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
    Self.store(known, entry)
    entry.pointee.sequence.store(sequence &+ 2, ordering: .releasing)
  }

  private func entry(_ index: InstanceIndex) -> UnsafeMutablePointer<Entry> {
    precondition(Int(index.rawValue) < count, "an index of another map")
    return entries + Int(index.rawValue)
  }

  private static func load(_ entry: UnsafeMutablePointer<Entry>) -> ProbedInstance? {
    let facts = entry.pointee.facts.load(ordering: .relaxed)
    let sample = InstanceSample.Role(rawValue: UInt8(facts & roleMask)).map { role in
      InstanceSample(
        role: role,
        takenAt: MonotonicTime(nanoseconds: entry.pointee.takenAt.load(ordering: .relaxed)),
        position: LogPosition(rawValue: entry.pointee.position.load(ordering: .relaxed)),
        freshAsOf: MonotonicTime(nanoseconds: entry.pointee.freshAsOf.load(ordering: .relaxed)))
    }
    let epoch = entry.pointee.epoch.load(ordering: .relaxed)
    let roundTrip = entry.pointee.roundTrip.load(ordering: .relaxed)
    return sample.map {
      ProbedInstance(
        sample: $0, epoch: facts & hasEpoch == 0 ? nil : epoch, roundTripNanoseconds: roundTrip)
    }
  }

  private static func store(_ known: ProbedInstance?, _ entry: UnsafeMutablePointer<Entry>) {
    let sample = known?.sample
    let hasEpoch = known?.epoch == nil ? 0 : Self.hasEpoch
    entry.pointee.facts.store(
      sample.map { UInt64($0.role.rawValue) | hasEpoch } ?? 0, ordering: .relaxed)
    entry.pointee.takenAt.store(sample?.takenAt.nanoseconds ?? 0, ordering: .relaxed)
    entry.pointee.position.store(sample?.position.rawValue ?? 0, ordering: .relaxed)
    entry.pointee.freshAsOf.store(sample?.freshAsOf.nanoseconds ?? 0, ordering: .relaxed)
    entry.pointee.epoch.store(known?.epoch ?? 0, ordering: .relaxed)
    entry.pointee.roundTrip.store(known?.roundTripNanoseconds ?? 0, ordering: .relaxed)
  }
}
