import Glibc
import Pooling
import Routing
import Synchronization
import Testing
import Threads

/// Real threads, which find what steps of whole calls can't: what happens inside of them.
@Suite struct InstanceCapThreadTests {
  @Test(arguments: [(2, 3), (3, 30), (4, 9), (8, 12)])
  func `threads never have more than the cap together, and each in line gets its turn`(
    workers: Int, limit: Int
  ) throws {
    let run = CapRun(limit: limit, workers: workers)
    let threads = try (0..<workers).map { worker in
      try JoinableThread { run.work(as: worker, rounds: 3_000) }
    }
    for thread in threads { thread.join() }
    #expect(run.mostAtOnce <= run.cap.total)
    #expect(run.lostTurns == 0, "a worker in line was forgotten")
    #expect(run.isAllBack, "connections were lost, or made up")
  }
}

/// What the threads of a test share.
private final class CapRun: Sendable {
  let cap: InstanceCap
  private let bells: [Bell]
  private let taken = Atomic<Int>(0)
  private let most = Atomic<Int>(0)
  private let lost = Atomic<Int>(0)

  /// Rings when a connection was handed to the worker.
  private final class Bell: Sendable {
    let rings = Atomic<Int>(0)
  }

  init(limit: Int, workers: Int) {
    cap = InstanceCap(limit: limit, workers: workers)
    bells = (0..<workers).map { _ in Bell() }
  }

  var mostAtOnce: Int { most.load(ordering: .relaxed) }
  var lostTurns: Int { lost.load(ordering: .relaxed) }

  /// Whether each worker has its reserved connection and all others are free.
  var isAllBack: Bool {
    for worker in 0..<cap.workers
    where cap.room(for: worker) != 1 + cap.total - cap.workers || cap.held(by: worker) != 0 {
      return false
    }
    return true
  }

  /// Takes some connections, and gives them back. Where it got less than it wanted, it keeps its reserved
  /// one and waits for its turn, or does without.
  func work(as worker: Int, rounds: Int) {
    var random = RandomSource(seed: UInt64(worker))
    for _ in 0..<rounds {
      var held = 0
      var isRefused = false
      let wanted = 1 + random.index(below: cap.total)
      while held < wanted && !isRefused {
        isRefused = !take(worker)
        if !isRefused { held += 1 }
      }
      let kept = isRefused ? 1 : 0
      for _ in kept..<held { giveBack(worker) }
      if !isRefused { continue }
      if random.index(below: 4) == 0 { ring(cap.withdraw(worker)) } else { waitForTurn(worker) }
      giveBack(worker)
    }
  }

  private func waitForTurn(_ worker: Int) {
    let deadline = ContinuousClock.now + .seconds(60)
    repeat {
      // A ring may be late, and mean a connection that was taken or passed on already: then wait on.
      while bells[worker].rings.exchange(0, ordering: .acquiring) == 0 {
        guard ContinuousClock.now < deadline else {
          lost.add(1, ordering: .relaxed)
          ring(cap.withdraw(worker))
          return
        }
        sched_yield()
      }
    } while !take(worker)
    giveBack(worker)
  }

  private func take(_ worker: Int) -> Bool {
    guard cap.take(worker) else { return false }
    let now = taken.add(1, ordering: .sequentiallyConsistent).newValue
    most.max(now, ordering: .relaxed)
    return true
  }

  private func giveBack(_ worker: Int) {
    taken.subtract(1, ordering: .sequentiallyConsistent)
    ring(cap.giveBack(worker))
  }

  private func ring(_ worker: Int?) {
    if let worker { bells[worker].rings.add(1, ordering: .releasing) }
  }
}
