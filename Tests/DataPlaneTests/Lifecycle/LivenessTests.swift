import Routing
import Testing

@testable import DataPlane

@Suite("Whether a router lives")
struct LivenessTests {
  private static func at(_ seconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: (100 + seconds) * 1_000_000_000)
  }

  @Test("a thread that answers each ring is never stuck")
  func answering() {
    var watch = LivenessWatch(threads: 1)
    for second in 0..<60 {
      _ = watch.look(at: 0, isAnswered: true, now: Self.at(UInt64(second)))
      #expect(watch.stuck(now: Self.at(UInt64(second))).isEmpty)
    }
  }

  @Test("a thread that answers none for ten seconds is stuck, and the others are not")
  func silent() {
    var watch = LivenessWatch(threads: 3)
    for second in 0...9 {
      for thread in 0..<3 {
        _ = watch.look(at: thread, isAnswered: thread != 1, now: Self.at(UInt64(second)))
      }
      #expect(watch.stuck(now: Self.at(UInt64(second))).isEmpty, "after \(second) s")
    }
    #expect(watch.stuck(now: Self.at(10)) == [1])
  }

  @Test("a thread that answers late is not stuck any more")
  func late() {
    var watch = LivenessWatch(threads: 1)
    _ = watch.look(at: 0, isAnswered: true, now: Self.at(0))
    #expect(watch.stuck(now: Self.at(15)) == [0])
    _ = watch.look(at: 0, isAnswered: true, now: Self.at(16))
    #expect(watch.stuck(now: Self.at(16)).isEmpty)
  }

  @Test("threads are rung every two seconds, however often somebody looks")
  func rings() {
    var watch = LivenessWatch(threads: 1)
    let rings = (0..<100).filter { tenth in
      watch.look(
        at: 0, isAnswered: true,
        now: Self.at(0).advanced(byNanoseconds: UInt64(tenth) * 100_000_000))
    }
    #expect(rings == [0, 20, 40, 60, 80])
  }

  @Test("a lifecycle goes forward only")
  func forward() {
    let lifecycle = Lifecycle(workers: 2)
    #expect(lifecycle.phase == .starting)
    lifecycle.move(to: .draining)
    lifecycle.move(to: .serving)
    #expect(lifecycle.phase == .draining)
    lifecycle.move(to: .stopped)
    lifecycle.move(to: .starting)
    #expect(lifecycle.phase == .stopped)
  }

  @Test("a lifecycle tells when the last worker has ended")
  func workers() {
    let lifecycle = Lifecycle(workers: 2)
    lifecycle.workerEnded()
    #expect(!lifecycle.haveWorkersEnded)
    lifecycle.workerEnded()
    #expect(lifecycle.haveWorkersEnded)
  }
}
