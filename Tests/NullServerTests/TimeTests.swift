import Testing

@testable import NullServer

@Suite struct TimeTests {
  func nanoseconds(_ body: () throws -> Void) rethrows -> UInt64 {
    let start = WorkerClock.now
    try body()
    return WorkerClock.now - start
  }

  @Test func `answers are held as long as is asked`() throws {
    let running = try RunningServer(NullServerSettings(delay: .milliseconds(30)))
    let client = try running.client()
    let time = try nanoseconds {
      // Questions that come together are answered together.
      try client.send(Requests.query("SELECT 1") + Requests.query("SELECT 2"))
      _ = try client.answer(readyCount: 2)
    }
    #expect(time >= 30_000_000)
    #expect(time < 1_000_000_000)
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
    let running = try RunningServer(NullServerSettings(stall: stall))
    _ = try running.client()
    let time = nanoseconds { running.server.stop() }
    #expect(time < 5_000_000_000)
  }
}
