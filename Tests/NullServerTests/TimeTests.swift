import Glibc
import Testing
import Uring

@testable import NullServer

@Suite struct TimeTests {
  func nanoseconds(_ body: () throws -> Void) rethrows -> UInt64 {
    let start = WorkerClock.now
    try body()
    return WorkerClock.now - start
  }

  @Test func `answers are held as long as is asked`() throws {
    let running = try RunningServer(NullServerSettings(delay: .milliseconds(500)))
    let client = try running.client()
    // Questions that come together are answered together: one after the other takes 100 seconds.
    let questions = (0..<200).flatMap { Requests.query("SELECT \($0)") }
    let time = try nanoseconds {
      try client.send(questions)
      _ = try client.answer(readyCount: 200)
    }
    #expect(time >= 500_000_000)
    #expect(time < 50_000_000_000)
  }

  @Test func `a client that leaves while answers are held does no harm`() throws {
    let running = try RunningServer(NullServerSettings(delay: .milliseconds(30)))
    let staying = try running.client()
    do {
      let leaving = try running.client()
      try leaving.send(Requests.query("SELECT 1"))
    }
    let summary = try staying.query("SELECT 1").summary
    #expect(summary == "T D C(SELECT 1) Z(I)")
    let server = running.server
    expectSoon { server.counters.openConnections == 1 }
  }

  @Test func `a stall holds every answer for its length in each period`() throws {
    let stall = NullServerSettings.Stall(period: .milliseconds(200), length: .milliseconds(80))
    let running = try RunningServer(NullServerSettings(stall: stall))
    let client = try running.client()
    let start = WorkerClock.now
    var longest: UInt64 = 0
    while longest < 70_000_000, WorkerClock.now - start < 20_000_000_000 {
      let time = try nanoseconds { _ = try client.query("SELECT 1") }
      longest = max(longest, time)
    }
    #expect(longest >= 70_000_000)
  }

  static let stalls: [(milliseconds: UInt64, remaining: UInt64)] = [
    (0, 0), (50, 0), (999, 0), (1_000, 100), (1_050, 50), (1_099, 1), (1_100, 0), (1_999, 0),
    (2_000, 100), (5_030, 70),
  ]

  @Test(arguments: stalls)
  func `stalls come at the beginning of each period but the first`(
    milliseconds: UInt64, remaining: UInt64
  ) {
    let schedule = StallSchedule(
      NullServerSettings.Stall(period: .seconds(1), length: .milliseconds(100)), startedAt: 7)
    #expect(schedule.remaining(at: 7 + milliseconds * 1_000_000) == remaining * 1_000_000)
  }

  @Test func `a server in a stall can be stopped`() throws {
    let stall = NullServerSettings.Stall(period: .seconds(60), length: .seconds(59))
    let listener = try #require(ListeningAddress("127.0.0.1", port: 0)).listen()
    // It has been up for the first period, which is without a stall.
    let context = try WorkerContext(
      NullServerSettings(stall: stall), listener: listener, core: nil, ticketKeys: nil,
      startedAt: WorkerClock.now - 60_000_000_000)
    let thread = WorkerThread(context, capabilities: try Capabilities.probe())
    try thread.start()
    // The worker wakes for it, and finds that it is to stall.
    let client = try LoopbackClient(ListeningAddress.port(of: listener))
    usleep(100_000)
    let time = nanoseconds {
      context.stop()
      thread.join()
    }
    withExtendedLifetime(client) {}
    #expect(time < 30_000_000_000)
  }
}
