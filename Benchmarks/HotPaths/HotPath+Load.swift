import LoadModel
import LoadResults
import LoadScenario

extension HotPath {
  /// What a load test's generator does for each transaction, sockets aside.
  static let load =
    Arrivals.Schedule.allCases.map(arrival)
    + [tenantDraw]
    + QueryMode.allCases.map(selectOnly)
    + [recordedLatency]

  /// When a transaction begins, on a ramp of ten years.
  private static func arrival(_ schedule: Arrivals.Schedule) -> HotPath {
    HotPath("load/arrival/\(schedule.rawValue)") {
      let ramp = RatePlan(points: [
        .init(at: .zero, transactionsPerSecond: 1_000),
        .init(at: .seconds(315_360_000), transactionsPerSecond: 2_000),
      ])
      return ArrivalClock(
        schedule, ramp, share: 0.5, phase: 0.5, startNanoseconds: 0,
        random: RandomSource(seed: 42))
    } work: { clock, count in
      var last: Int64 = 0
      for _ in 0..<count { last = clock.next() }
      return Int(last)
    }
  }

  /// Whom a connection is for, of ten thousand.
  private static let tenantDraw = HotPath("load/draw-tenant") {
    (
      draw: TenantDraw(.zipf((0..<10_000).map { "tenant-\($0)" }, exponent: 1.1)),
      random: RandomSource(seed: 42)
    )
  } work: { state, count in
    var sum = 0
    for _ in 0..<count { sum &+= state.draw.next(&state.random) }
    return sum
  }

  /// A transaction of one statement, its bytes written and its answer read.
  private static func selectOnly(_ mode: QueryMode) -> HotPath {
    HotPath("load/select-only/\(mode.rawValue)") {
      try ScriptedSession(mode)
    } work: { session, count in
      session.transact(times: count)
    }
  }

  /// A latency of up to 16 ms recorded.
  private static let recordedLatency = HotPath("load/record-latency") {
    (histogram: LatencyHistogram(), random: RandomSource(seed: 42))
  } work: { state, count in
    for _ in 0..<count { state.histogram.record(nanoseconds: state.random.next() & 0xFF_FFFF) }
    return state.histogram.count
  }
}
