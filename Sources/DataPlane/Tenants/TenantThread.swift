import HotTenants
import Routing
import Synchronization
import Threads

/// The thread that looks at a router's tenants, once a window.
final class TenantThread: Sendable {
  /// A worker hands its window over when it next looks at the clock: by then, most have.
  private static let delay: UInt64 = 25_000_000

  private let contexts: [WorkerContext]
  private let isOver = StopSignal()
  private let thread = Mutex<JoinableThread?>(nil)

  init(_ contexts: [WorkerContext]) { self.contexts = contexts }

  /// Starts the thread.
  func start() {
    do throws(ThreadError) {
      let started = try JoinableThread { [self] in run() }
      thread.withLock { $0 = started }
    } catch {
      preconditionFailure("no thread could be made: \(error.errno)")
    }
  }

  /// Ends the thread and returns when it has ended.
  func stop() {
    isOver.signal()
    thread.withLock { $0 }?.join()
  }

  private func run() {
    var keeper = TenantKeeper(contexts)
    while true {
      let now = LiveClock.now.nanoseconds
      let next = (now / TenantWindow.nanoseconds + 1) * TenantWindow.nanoseconds + Self.delay
      if isOver.wait(upToMilliseconds: Int32((next - now) / 1_000_000 + 1)) { return }
      keeper.tick(now: LiveClock.now)
    }
  }
}
