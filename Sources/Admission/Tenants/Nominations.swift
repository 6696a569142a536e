internal import Synchronization

/// Tenants that one worker wants its directory to watch: a ring with one writer, the worker, and one
/// reader at a time, whoever holds the directory's lock.
///
/// Invariant: places `read..<written`, modulo the ring's size, were written before `written` was, and are
/// not written again before `read` has passed them.
struct Nominations: ~Copyable {
  private let entries: UnsafeMutablePointer<Atomic<UInt64>>
  private let written = Atomic<UInt64>(0)
  private let read = Atomic<UInt64>(0)

  private static let size = UInt64(AdmissionLimits.namedTenants)

  init() {
    entries = .allocate(capacity: Int(Self.size))
    for place in 0..<Int(Self.size) { (entries + place).initialize(to: Atomic(0)) }
  }

  deinit { entries.deinitialize(count: Int(Self.size)).deallocate() }

  /// Adds a cell, unless too many were added that nobody has looked at. Called by the worker.
  ///
  /// - Returns: whether it was added.
  func add(place: UInt32, generation: UInt32) -> Bool {
    let end = written.load(ordering: .relaxed)
    guard end &- read.load(ordering: .acquiring) < Self.size else { return false }
    entries[Int(end % Self.size)].store(
      UInt64(generation) &<< 32 | UInt64(place), ordering: .relaxed)
    written.store(end &+ 1, ordering: .releasing)
    return true
  }

  /// Takes the oldest out; nil when there is none. Called under the directory's lock.
  func take() -> (place: UInt32, generation: UInt32)? {
    let start = read.load(ordering: .relaxed)
    guard start != written.load(ordering: .acquiring) else { return nil }
    let entry = entries[Int(start % Self.size)].load(ordering: .relaxed)
    read.store(start &+ 1, ordering: .releasing)
    return (UInt32(truncatingIfNeeded: entry), UInt32(truncatingIfNeeded: entry &>> 32))
  }
}
