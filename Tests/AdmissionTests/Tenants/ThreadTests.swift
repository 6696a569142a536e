import Admission
import Glibc
import Routing
import ShardMap
import Synchronization
import Testing
import Threads

/// Real threads, each with its table, which find what steps of whole calls can't.
@Suite struct ThreadTests {
  @Test(
    "threads never have more than the envelope together, and nearly all of it",
    arguments: [(2, 50_000, 100), (4, 300_000, 1_000), (3, 1_000, 1), (8, 20_000, 10)])
  func envelope(_ workers: Int, _ rate: UInt32, _ burst: UInt32) throws {
    let run = EnvelopeRun(
      Envelope(
        transactionsPerSecond: rate, transactionBurst: burst, clientConnections: 5,
        serverConnections: 3),
      workers: workers)
    let start = clockNow()
    let threads = try (0..<workers).map { worker in
      try JoinableThread { run.work(as: worker, from: start) }
    }
    for thread in threads { thread.join() }
    let seconds = Double(clockNow().nanoseconds - start.nanoseconds) / 1e9
    #expect(Double(run.admitted) <= Double(rate) * seconds + Double(burst))
    #expect(run.admitted > 0)
    #expect(run.mostInFlight <= 3)
    #expect(run.mostConnected <= 5)
    #expect(run.isAllBack)
  }
}

/// What the threads of a test share.
private final class EnvelopeRun: Sendable {
  private let directory: TenantDirectory
  private let envelope: Envelope
  private let admissions = Atomic<Int>(0)
  private let inFlight = Atomic<Int>(0)
  private let inFlightPeak = Atomic<Int>(0)
  private let connected = Atomic<Int>(0)
  private let connectedPeak = Atomic<Int>(0)

  init(_ envelope: Envelope, workers: Int) {
    self.envelope = envelope
    directory = TenantDirectory(workers: workers)
  }

  var admitted: Int { admissions.load(ordering: .relaxed) }
  var mostInFlight: Int { inFlightPeak.load(ordering: .relaxed) }
  var mostConnected: Int { connectedPeak.load(ordering: .relaxed) }

  /// Whether a new table can have all server connections and all client connections.
  var isAllBack: Bool {
    var table = TenantTable(directory: directory, worker: 0)
    let id = Self.id
    let now = clockNow().advanced(byNanoseconds: 1_000_000_000)
    let slot = table.join(id.span.bytes, envelope: envelope, use: .full, now: now)
    for step in 0..<3 as Range<UInt64> {
      let then = now.advanced(byNanoseconds: step * 1_000_000_000)
      guard table.admitTransaction(slot, now: then) == .admitted else { return false }
    }
    for _ in 0..<5 {
      guard table.admitConnection(slot, now: now) == .admitted else { return false }
    }
    return true
  }

  private static let id = Array("tenant".utf8)

  /// Connects, and begins and ends transactions, for a fifth of a second.
  func work(as worker: Int, from start: MonotonicTime) {
    var random = RandomSource(seed: UInt64(worker))
    var table = TenantTable(directory: directory, worker: worker)
    let id = Self.id
    let slot = table.join(id.span.bytes, envelope: envelope, use: .full, now: start)
    let end = start.advanced(byNanoseconds: 200_000_000)
    var now = start
    var running = 0
    while now < end {
      now = clockNow()
      if table.admitConnection(slot, now: now) == .admitted {
        enter(connected, peak: connectedPeak)
        connected.subtract(1, ordering: .sequentiallyConsistent)
        table.connectionEnded(slot)
      }
      if table.admitTransaction(slot, now: now) == .admitted {
        admissions.add(1, ordering: .relaxed)
        enter(inFlight, peak: inFlightPeak)
        running += 1
      }
      while running > random.index(below: 3) {
        inFlight.subtract(1, ordering: .sequentiallyConsistent)
        table.transactionEnded(slot)
        running -= 1
      }
      if let next = table.nextChore, next <= now { table.giveBack(now: now) }
    }
    for _ in 0..<running {
      inFlight.subtract(1, ordering: .sequentiallyConsistent)
      table.transactionEnded(slot)
    }
    // After a while it gives back all that it has, and stops to seek.
    for step in 1...20 as ClosedRange<UInt64> {
      table.giveBack(now: now.advanced(byNanoseconds: step * 10_000_000))
    }
  }

  private func enter(_ count: borrowing Atomic<Int>, peak: borrowing Atomic<Int>) {
    let now = count.add(1, ordering: .sequentiallyConsistent).newValue
    peak.max(now, ordering: .relaxed)
  }
}

private func clockNow() -> MonotonicTime {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
}
