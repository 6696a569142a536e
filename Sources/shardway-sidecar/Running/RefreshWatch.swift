import Foundation
import ShardMap
import Synchronization

/// A thread that sleeps on the page's word until a router wants a confirmation.
final class RefreshWatch: Sendable {
  /// How soon it notices that it is to end.
  private static let look = Duration.milliseconds(500)
  /// Wishes that come within this time are passed on together.
  private static let pause: UInt32 = 5_000

  private let isOver = Atomic(false)

  /// Starts watching; `wish` gets the page's count each time it has changed.
  init(_ page: FreshnessPage, since count: UInt32, _ wish: @escaping @Sendable (UInt32) -> Void) {
    let thread = Thread { [self] in
      var seen = count
      while !isOver.load(ordering: .relaxed) {
        page.waitForRefreshWanted(since: seen, upTo: Self.look)
        let now = page.refreshWanted
        guard now != seen else { continue }
        seen = now
        wish(now)
        usleep(Self.pause)
      }
    }
    thread.name = "refresh-watch"
    thread.stackSize = 256 << 10
    thread.start()
  }

  func stop() { isOver.store(true, ordering: .relaxed) }
}
