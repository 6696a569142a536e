import ShardMap
import Synchronization
import Threads

/// A thread that waits for the sidecar to say something new, and passes that on.
final class PageWaiter: Sendable {
  /// After this time it looks whether it is still wanted.
  private static let look: Duration = .seconds(1)

  private let page: FreshnessPage
  private let wake: @Sendable () -> Void
  private let isOver = Atomic<Bool>(false)

  /// Starts to wait for what is said after `seen`. `wake` is called on the thread.
  init(_ page: FreshnessPage, since seen: UInt32, wake: @escaping @Sendable () -> Void) {
    self.page = page
    self.wake = wake
    start(since: seen)
  }

  /// Has the thread end within a second; nothing is passed on any more.
  func stop() { isOver.store(true, ordering: .relaxed) }

  private func start(since seen: UInt32) {
    do throws(ThreadError) {
      try JoinableThread { [self] in run(since: seen) }.detach()
    } catch {
      preconditionFailure("no thread could be made: \(error.errno)")
    }
  }

  private func run(since first: UInt32) {
    var seen = first
    while !isOver.load(ordering: .relaxed) {
      page.waitForChange(since: seen, upTo: Self.look)
      let generation = page.generation
      guard generation != seen, !isOver.load(ordering: .relaxed) else { continue }
      seen = generation
      wake()
    }
  }
}
