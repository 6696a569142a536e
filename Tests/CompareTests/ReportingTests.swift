import Testing

@testable import shardway_compare

@Suite struct SpreadTests {
  @Test func `median and quartiles lie between the samples`() {
    let spread = Spread([4, 1, 3, 2])
    #expect(spread.median == 2.5)
    #expect(spread.lowerQuartile == 1.75)
    #expect(spread.upperQuartile == 3.25)
  }

  @Test func `one sample is its own spread`() {
    #expect(Spread([3]).lowerQuartile == 3)
    #expect(Spread([3]).upperQuartile == 3)
  }
}

@Suite struct TargetTests {
  @Test(arguments: [(7.9, true), (8.0, true), (8.1, false)])
  func `processor time is judged against the better peer`(router: Double, isMet: Bool) throws {
    let result = Self.result(
      .select,
      [
        ("router", .router, [(100, router), (100, router)]),
        ("pgbouncer", .pgbouncer, [(100, 20), (100, 20)]),
        ("haproxy", .haproxy, [(100, 10), (100, 10)]),
        ("direct", .direct, [(300, nil), (300, nil)]),
      ])
    let verdict = try #require(Target.verdicts(on: result).first)
    #expect(verdict.against == "haproxy")
    #expect(verdict.isMet == isMet)
  }

  @Test(arguments: [(119.0, false), (121, true)])
  func `large rows are judged against HAProxy's fastest variant`(
    router: Double, isMet: Bool
  ) throws {
    let result = Self.result(
      .row(bytes: 1 << 20),
      [
        ("router", .router, [(router, 5)]), ("pgbouncer", .pgbouncer, [(900, 5)]),
        ("haproxy", .haproxy, [(80, 5)]), ("haproxy splice", .haproxy, [(100, 5)]),
      ])
    let verdict = try #require(Target.verdicts(on: result).first)
    #expect(verdict.against == "haproxy splice")
    #expect(verdict.isMet == isMet)
  }

  @Test(arguments: [(99.0, 8.0, [false, true]), (101, 8.1, [true, false])])
  func `where connections are shared, throughput and processor time are judged against PgBouncer`(
    rate: Double, cpu: Double, areMet: [Bool]
  ) {
    let result = Self.result(
      .row(bytes: 64), pooling: .transaction,
      [
        ("router", .router, [(rate, cpu)]), ("pgbouncer", .pgbouncer, [(100, 10)]),
        ("direct", .direct, [(300, nil)]),
      ])
    #expect(Target.verdicts(on: result).map(\.isMet) == areMet)
  }

  @Test func `where nobody else takes part nothing is judged`() {
    let result = Self.result(
      .row(bytes: 64), pooling: .transaction, [("router", .router, [(100, 10)])])
    #expect(Target.verdicts(on: result).isEmpty)
  }

  @Test func `where one proxy decrypts and the other doesn't nothing is judged`() {
    let result = Self.result(
      .select, encryption: .on,
      [("router", .router, [(100, 10)]), ("haproxy", .haproxy, [(100, 10)])])
    #expect(Target.verdicts(on: result).isEmpty)
  }

  @Test(arguments: [(99.0, 8.0, [false, true]), (101, 10.1, [true, false])])
  func `connections whose sessions are resumed are judged by their number and processor time`(
    rate: Double, cpu: Double, areMet: [Bool]
  ) {
    let contenders: [(String, Contender.Family, [(rate: Double, cpu: Double?)])] = [
      ("router", .router, [(rate, cpu)]), ("pgbouncer", .pgbouncer, [(100, 10)]),
      ("direct", .direct, [(300, nil)]),
    ]
    let resumed = Self.result(
      .row(bytes: 64), pooling: .transaction, encryption: .ends, connections: .resumed, contenders)
    #expect(Target.verdicts(on: resumed).map(\.isMet) == areMet)
    let full = Self.result(
      .row(bytes: 64), pooling: .transaction, encryption: .ends, connections: .anew, contenders)
    #expect(Target.verdicts(on: full).isEmpty)
  }

  @Test func `ratios are taken round by round`() {
    let result = Self.result(
      .select,
      [
        ("router", .router, [(100, 1), (10, 10), (50, 4)]),
        ("haproxy", .haproxy, [(200, 2), (20, 20), (100, 8)]),
      ])
    // A machine that is ten times as slow in one round changes nothing.
    #expect(result.router.rateRatio(to: result.contenders[1]).lowerQuartile == 0.5)
    #expect(result.router.cpuRatio(to: result.contenders[1])?.upperQuartile == 0.5)
  }

  private static func result(
    _ transaction: Workload.Transaction, pooling: Workload.Pooling = .session,
    encryption: Workload.Encryption = .off, connections: Workload.Connections = .kept,
    _ contenders: [(String, Contender.Family, [(rate: Double, cpu: Double?)])]
  ) -> WorkloadResult {
    WorkloadResult(
      workload: Workload(
        setting: Workload.Setting(server: .postgres, pooling: pooling, encryption: encryption),
        clients: 8, transaction: transaction, connections: connections),
      contenders: contenders.map { name, family, blocks in
        ContenderResult(
          name: name, family: family,
          blocks: blocks.map {
            Block(
              transactionsPerSecond: $0.rate, p50Microseconds: 1, p99Microseconds: 1,
              cpuMicrosecondsPerTransaction: $0.cpu, resumedShare: nil)
          })
      })
  }
}

@Suite struct TableTests {
  @Test func `a table of connections tells how long they took to open, and what was resumed`() {
    let rows = Tables().rows(of: Self.result(.resumed, resumedShare: 0.994))
    #expect(rows[0][1...3] == ["connections/s", "connect p50 µs", "connect p99 µs"])
    #expect(rows[0].last == "sessions resumed")
    #expect(rows[1] == ["router", "2000", "40.0", "90.0", "150", "", "", "99 %"])
    #expect(
      rows[2]
        == [
          "haproxy", "1000", "40.0", "90.0", "300", "0.50 (0.50–0.50)", "2.00 (2.00–2.00)", "99 %",
        ])
  }

  @Test func `where clients stay connected, nothing is told of sessions`() {
    let rows = Tables().rows(of: Self.result(.kept, resumedShare: 0))
    #expect(rows.allSatisfy { $0.count == 7 } && rows[0][1] == "tx/s")
  }

  private static func result(
    _ connections: Workload.Connections, resumedShare: Double
  ) -> WorkloadResult {
    let contenders: [(String, Contender.Family, Double, Double)] = [
      ("router", .router, 2_000, 150), ("haproxy", .haproxy, 1_000, 300),
    ]
    return WorkloadResult(
      workload: Workload(
        setting: Workload.Setting(server: .null, encryption: .direct), clients: 8,
        transaction: .row(bytes: 64), connections: connections),
      contenders: contenders.map { name, family, rate, cpu in
        let block = Block(
          transactionsPerSecond: rate, p50Microseconds: 40, p99Microseconds: 90,
          cpuMicrosecondsPerTransaction: cpu, resumedShare: resumedShare)
        return ContenderResult(name: name, family: family, blocks: [block])
      })
  }
}
