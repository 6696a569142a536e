import Routing
import Testing

@testable import DataPlane

@Suite("How long a transaction waits")
struct TransactionWaitTests {
  private func time(_ nanoseconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds)
  }

  @Test("for a server: from the first time on, however often it is queued")
  func server() {
    var wait = TransactionWait()
    #expect(wait.began == .origin)
    for now in [100, 150, 900] as [UInt64] {
      let deadline = wait.waitForServer(at: time(now), limit: 300)
      #expect(deadline == time(400) && wait.began == time(100))
    }
    wait.end()
    let next = wait.waitForServer(at: time(1_000), limit: 300)
    #expect(next == time(1_300))
  }

  @Test("for the end of a pause: from the first time on, and for all pauses together")
  func pauses() {
    var wait = TransactionWait()
    let first = [100, 150].map { wait.waitForPause(at: time($0), limit: 300) }
    #expect(first == [time(400), time(400)])
    _ = wait.waitForServer(at: time(300), limit: 1_000)
    // It has waited for two thirds of its time.
    let second = wait.waitForPause(at: time(500), limit: 300)
    #expect(second == time(600))
    _ = wait.waitForServer(at: time(700), limit: 1_000)
    let third = wait.waitForPause(at: time(800), limit: 300)
    #expect(third == time(800), "nothing is left")
  }

  @Test("in a pause counts for no queue")
  func both() {
    var wait = TransactionWait()
    _ = wait.waitForPause(at: time(100), limit: 5_000)
    let queued = wait.waitForServer(at: time(2_000), limit: 300)
    #expect(queued == time(2_300), "it begins behind the pause")
    _ = wait.waitForPause(at: time(2_100), limit: 5_000)
    let again = wait.waitForServer(at: time(3_100), limit: 300)
    #expect(again == time(3_300), "a third of its time is over")
    #expect(wait.began == time(3_000))
  }

  @Test("for instances that take no connections: from the first of them on")
  func nobody() {
    var wait = TransactionWait()
    let found = [100, 399, 400].map { wait.hasMetNobody(at: time($0), limit: 300) }
    #expect(found == [false, false, true])
    wait.end()
    let anew = wait.hasMetNobody(at: time(500), limit: 300)
    let atOnce = wait.hasMetNobody(at: time(500), limit: 0)
    #expect(!anew && atOnce)
  }
}
