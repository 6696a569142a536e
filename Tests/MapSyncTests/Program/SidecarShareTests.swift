import Foundation
import MapExchange
import ShardMap
import Testing

@testable import shardway_sidecar

@Suite("The sidecar between a router and the control plane")
struct SidecarShareTests {
  /// A router's end of the exchange: a slot of the page, and its files.
  private final class Router {
    let files: (report: ExchangeFile, shares: ExchangeFile)
    private let slot: RouterSlot
    let id: UInt64

    init(_ running: RunningSidecar, id: UInt64) throws {
      let page = running.file.files.page
      self.id = id
      slot = try #require(
        try FreshnessPage.open(path: page).claimSlot(routerID: id, pid: getpid()))
      files = (
        ExchangeFile(page: page, routerID: id, .report),
        ExchangeFile(page: page, routerID: id, .shares)
      )
    }

    var shares: GrantedShares? {
      files.shares.read().flatMap { try? GrantedShares(encoded: $0) }
    }

    func leave() { slot.release() }
  }

  private static func answer(grant: Int, standard: Int, taken: Int) -> FakeControlPlane.ReportAnswer
  {
    .body(
      """
      {"shares":{"grant":\(grant),"standard":\(standard),"tenants":{"acme":900000},"leaseSeconds":3},
      "eventsTaken":\(taken)}
      """)
  }

  @Test("forwards what the router wants and its events, and passes on what is granted")
  func forwarding() async throws {
    let plane = try await FakeControlPlane(Origin())
    plane.answerReports(Self.answer(grant: 3, standard: 500_000, taken: 12))
    let running = try RunningSidecar([plane.url], in: try TemporaryFolder())
    try await until("published") { running.statement != nil }
    let router = try Router(running, id: 0xab)
    try router.files.report.replace(
      with: RouterReport(
        pool: "shared", name: "r1",
        demands: [.init(tenant: Array("acme".utf8), wanted: 2_000_000, share: 1_000_000)],
        events: [.init(number: 12, atMilliseconds: 5, kind: "overload", text: "why")]
      ).encoded)
    try await until("granted") { router.shares?.grant == 3 }
    #expect(
      router.shares
        == GrantedShares(
          grant: 3, standard: 500_000, tenants: [Array("acme".utf8): 900_000], eventsTaken: 12))
    let report = try #require(plane.reports.last { $0.body.contains("\"pool\"") })
    #expect(report.router == "00000000000000ab")
    for part in [
      #""pool":"shared""#, #""name":"r1""#, #""wanted":2000000"#, #""number":12"#,
      #""kind":"overload""#, #""shares":{"grant":0,"standard":1000000}"#,
    ] { #expect(report.body.contains(part), "\(part) in \(report.body)") }
    try await running.stop()
    await plane.stop()
  }

  @Test("changes nothing while the control plane is away, and goes on when it is back")
  func frozen() async throws {
    let plane = try await FakeControlPlane(Origin())
    plane.answerReports(Self.answer(grant: 3, standard: 500_000, taken: 0))
    let running = try RunningSidecar([plane.url], in: try TemporaryFolder())
    try await until("published") { running.statement != nil }
    let router = try Router(running, id: 1)
    try router.files.report.replace(with: RouterReport().encoded)
    try await until("granted") { router.shares?.grant == 3 }
    let before = try #require(router.shares)
    for answer in [FakeControlPlane.ReportAnswer.broken, .receipt, .body("{\"shares\":7}")] {
      plane.answerReports(answer)
      let asked = plane.reports.count
      // What it wants now is asked for, and not answered.
      try router.files.report.replace(
        with: RouterReport(
          grant: 3, standard: 500_000,
          events: [.init(number: UInt64(asked), atMilliseconds: 0, kind: "overload")]
        ).encoded)
      try await until("asked twice") { plane.reports.count >= asked + 2 }
      #expect(router.shares == before)
    }
    plane.answerReports(Self.answer(grant: 4, standard: 250_000, taken: 0))
    try await until("granted again") { router.shares?.grant == 4 }
    try await running.stop()
    #expect(router.shares?.grant == 4)
    await plane.stop()
  }

  @Test("a damaged report is left alone, and a router's files go with it")
  func damage() async throws {
    let plane = try await FakeControlPlane(Origin())
    plane.answerReports(Self.answer(grant: 3, standard: 500_000, taken: 0))
    let running = try RunningSidecar([plane.url], in: try TemporaryFolder())
    try await until("published") { running.statement != nil }
    let (router, other) = (try Router(running, id: 1), try Router(running, id: 2))
    let whole = RouterReport(pool: "shared").encoded
    try router.files.report.replace(with: whole)
    try other.files.report.replace(with: RouterReport().encoded)
    try await until("granted") { router.shares != nil && other.shares != nil }
    try router.files.report.replace(with: Array(whole.dropLast()))
    let asked = plane.reports.count
    try await until("asked again") { plane.reports.count >= asked + 4 }
    let last = try #require(plane.reports.last { $0.router == "0000000000000001" })
    #expect(last.body.contains(#""pool":"shared""#))
    router.leave()
    try await until("removed") { router.files.report.stamp == nil && router.shares == nil }
    #expect(other.shares?.grant == 3 && other.files.report.stamp != nil)
    try await running.stop()
    await plane.stop()
  }
}
