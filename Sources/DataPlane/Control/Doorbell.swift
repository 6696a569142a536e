import Synchronization
import Uring

/// A counter that other threads raise to wake an idle worker.
///
/// The worker reads it with a plain load each turn, and waits for it on its ring where the kernel can wait for a futex there.
///
/// Invariant that keeps the pointer safe: it is allocated for the life of the object, and a worker that waits for it
/// owns a reference to the object.
public final class Doorbell: Sendable {
  private nonisolated(unsafe) let word: UnsafeMutablePointer<Atomic<UInt32>>

  /// The count of one that has not rung: what a thread has seen that comes to it first. If it took the count of the moment for seen, it would
  /// never look at what was left before.
  static let unrung: UInt32 = 0

  /// A doorbell that has not rung.
  public init() {
    word = .allocate(capacity: 1)
    word.initialize(to: Atomic(Self.unrung))
  }

  deinit { word.deallocate() }

  /// How often it has rung, wrapping.
  public var count: UInt32 { word.pointee.load(ordering: .acquiring) }

  /// The word that a ring waits on.
  var futex: UnsafePointer<UInt32> { UnsafeRawPointer(word).assumingMemoryBound(to: UInt32.self) }

  /// Rings. Any thread may.
  public func ring() {
    word.pointee.add(1, ordering: .releasing)
    Ring.futexWake(futex)
  }
}
