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
    encryption: Workload.Encryption = .off,
    _ contenders: [(String, Contender.Family, [(rate: Double, cpu: Double?)])]
  ) -> WorkloadResult {
    WorkloadResult(
      workload: Workload(
        setting: Workload.Setting(server: .postgres, pooling: pooling, encryption: encryption),
        clients: 8, transaction: transaction),
      contenders: contenders.map { name, family, blocks in
        ContenderResult(
          name: name, family: family,
          blocks: blocks.map {
            Block(
              transactionsPerSecond: $0.rate, p50Microseconds: 1, p99Microseconds: 1,
              cpuMicrosecondsPerTransaction: $0.cpu)
          })
      })
  }
}
