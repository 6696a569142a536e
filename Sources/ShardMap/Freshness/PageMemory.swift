internal import CThreads
internal import CXXHash
internal import Glibc
internal import Synchronization

/// A freshness page in memory. The one place with unsafe code of the page.
///
/// **Invariant:** `base` addresses ``PageLayout/byteCount`` bytes, readable and writable, from `init`
/// to `deinit`. Other processes write to them at any moment, so every access is an atomic load or
/// store of a whole aligned word, and its offset is checked before it is made.
final class PageMemory: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer

  /// Maps a file that was opened for reading and writing and is a page long.
  init(descriptor: Int32, path: String) throws(FreshnessPageError) {
    guard
      let base = mmap(
        nil, PageLayout.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      base != MAP_FAILED
    else { throw .system(path: path, operation: "map", code: errno) }
    self.base = base
  }

  deinit { munmap(base, PageLayout.byteCount) }

  /// The word at an offset, which is a multiple of eight.
  func load(_ offset: Int, ordering: LoadOrdering = .relaxed) -> UInt64 {
    switch ordering {
    case .relaxed: word(offset).pointee.load(ordering: .relaxed)
    case .acquiring: word(offset).pointee.load(ordering: .acquiring)
    }
  }

  /// Writes the word at an offset, which is a multiple of eight.
  func store(_ value: UInt64, _ offset: Int, ordering: StoreOrdering = .relaxed) {
    switch ordering {
    case .relaxed: word(offset).pointee.store(value, ordering: .relaxed)
    case .releasing: word(offset).pointee.store(value, ordering: .releasing)
    }
  }

  /// Replaces `expected` by `desired`; false when another value stands there.
  func exchange(_ expected: UInt64, by desired: UInt64, _ offset: Int) -> Bool {
    word(offset).pointee.compareExchange(
      expected: expected, desired: desired, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// A checksum of words, as the page stores it.
  static func checksum(of words: [UInt64]) -> UInt64 {
    words.withUnsafeBytes { shardway_xxh3_64($0.baseAddress, $0.count, 0) }
  }

  // MARK: Counters to wait for

  /// The 32-bit counter at an offset.
  func count(_ offset: Int) -> UInt32 { counter(offset).pointee.load(ordering: .acquiring) }

  /// Raises a counter and wakes everybody who waits for it, in whichever process; the new value.
  func raise(_ offset: Int) -> UInt32 {
    let value = counter(offset).pointee.wrappingAdd(1, ordering: .releasing).newValue
    shardway_futex_wake_shared(futex(offset))
    return value
  }

  /// Sleeps until a counter is another than `seen`, the time has passed, or a signal has come.
  func waitForChange(_ offset: Int, since seen: UInt32, upTo limit: Duration) {
    let (seconds, attoseconds) = limit.components
    guard limit > .zero else { return }
    shardway_futex_wait_shared(futex(offset), seen, seconds, attoseconds / 1_000_000_000)
  }

  private func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    precondition(offset >= 0 && offset <= PageLayout.byteCount - 8 && offset % 8 == 0)
    return (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  private func counter(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
    precondition(offset >= 0 && offset <= PageLayout.byteCount - 4 && offset % 4 == 0)
    return (base + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  private func futex(_ offset: Int) -> UnsafeMutablePointer<UInt32> {
    precondition(offset >= 0 && offset <= PageLayout.byteCount - 4 && offset % 4 == 0)
    return (base + offset).assumingMemoryBound(to: UInt32.self)
  }

  /// What a load may see.
  enum LoadOrdering { case relaxed, acquiring }
  /// What a store may be seen before.
  enum StoreOrdering { case relaxed, releasing }
}
