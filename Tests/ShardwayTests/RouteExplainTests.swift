import ArgumentParser
import Foundation
import MapDocument
import ShardMap
import Testing

@testable import shardway

/// `shardway route explain` on a shard with a primary and two replicas.
@Suite struct RouteExplainTests {
  private static let document = MapDocument(
    mapVersion: 7, issuedAt: IssueTime(millisecondsSince1970: 0),
    topology: Topology(
      regions: [Region(id: "near", zones: ["near-a", "near-b"])],
      instances: [
        Instance(id: "s1-a", zone: "near-a", address: "127.0.0.1:5433"),
        Instance(id: "s1-b", zone: "near-b", address: "127.0.0.1:5434"),
        Instance(id: "s1-c", zone: "near-a", address: "127.0.0.1:5435"),
      ]),
    shards: [Shard(id: "s1", epoch: 3, primary: "s1-a", replicas: ["s1-b", "s1-c"])],
    policies: [
      Policy(
        id: "standard", tier: .strong, readTier: .session, boundedFallback: .refuse,
        primaryReadBudgetPercent: 0)
    ],
    pools: [Pool(id: "shared", dedicated: false)],
    tenants: [
      Tenant(
        id: "acme", generation: 1, shard: "s1", database: "acme", pool: "shared",
        policy: "standard")
    ])

  private func report(_ options: String) throws -> RouteReport {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("route-explain-\(UUID().uuidString).swmap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try MapCompiler.write(Self.document, to: path)
    let words = options.split(separator: " ").map(String.init)
    return try RouteExplain.parse(
      ["--map", path, "--tenant", "acme", "--zone", "near-a"] + words
    ).report()
  }

  @Test(arguments: [
    ("", "s1-a primary"),
    ("--tier eventual", "s1-c same-zone"),
    ("--tier bounded:5s", "no-replica-fresh-enough"),
    ("--tier bounded:5s --lag s1-b=200ms", "s1-b same-region"),
    ("--tier bounded:5s --lag s1-b=200ms --lag s1-c=5s", "s1-c same-zone"),
    ("--tier bounded:5s --lag s1-b=200ms --lag s1-c=5001ms", "s1-b same-region"),
    ("--tier bounded:5s --lag s1-b=200ms --sampled 5s", "s1-b same-region"),
    ("--tier bounded:5s --lag s1-b=200ms --sampled 6s", "no-replica-fresh-enough"),
    ("--tier bounded:1h --lag s1-b=200ms --sampled 11s", "no-replica-fresh-enough"),
    ("--tier bounded:5s --lag s1-b=200ms --failing s1-b", "s1-b last-resort"),
    ("--tier bounded:5s --lag s1-b=200ms --tried s1-b", "no-healthy-instance"),
    ("--tier session", "s1-c same-zone"),
    ("--tier session --wrote 100ms", "s1-a lag-unknown"),
    ("--tier session --wrote 100ms --lag s1-b=100ms", "s1-b same-region"),
    ("--tier session --wrote 100ms --lag s1-b=101ms", "primary-budget-spent"),
    ("--tier session --floor 0/10 --lag s1-b=1s@0/10", "s1-b same-region"),
    ("--tier session --floor 0/11 --lag s1-b=1s@0/10", "primary-budget-spent"),
    ("--tier session --floor 0/11 --lag s1-b=1s", "primary-budget-spent"),
    ("--read-only", "s1-c same-zone"),
    ("--read-only --wrote 1s --lag s1-b=1s --lag s1-c=2s", "s1-b same-region"),
  ])
  func `decides as a router does`(options: String, expected: String) throws {
    let report = try report(options)
    let outcome = report.route.map { "\($0.instance) \($0.reason)" } ?? report.refusal?.reason
    #expect(outcome == expected)
  }

  @Test func `tells tier, floor, lag and reasons`() throws {
    let report = try report(
      "--tier session --wrote 1s --floor 0/10 --lag s1-b=200ms@0/20 --lag s1-c=3s@0/20 --sampled 100ms"
    )
    #expect(report.tier == "session" && report.tierAsked == "session")
    #expect(report.floor?.position == "0/10" && report.floor?.ownWrite == true)
    #expect(
      report.candidates.map(\.reason) == ["replica-preferred", "same-region", "behind-floor"])
    #expect(report.candidates.map(\.provenLagMilliseconds) == [nil, 200, 3000])
    #expect(report.candidates.map(\.sampleAgeMilliseconds) == [nil, 100, 100])
    #expect(report.route?.provenLagMilliseconds == 200)
    let table = report.table()
    for text in ["floor     0/10 and its own last write", "<= 200 ms", "<= 3 s", "LAG"] {
      #expect(table.contains(text), "\(table)")
    }
    let json = try report.json()
    #expect(json.contains("\"tierAsked\" : \"session\""))
    #expect(json.contains("\"provenLagMilliseconds\" : 200"))
  }

  @Test func `says that the tier is the policy's where none was asked for`() throws {
    #expect(try report("").table().contains("strong (the policy's)"))
    #expect(try report("--read-only").table().contains("session (the policy's)"))
    #expect(try !report("--tier strong").table().contains("policy's)"))
  }

  @Test(arguments: [
    "--lag nobody=5s", "--tier sessions", "--floor 10", "--wrote 5", "--lag s1-b", "--sampled x",
  ])
  func `a slip is told`(options: String) {
    #expect(throws: (any Error).self) { try report(options) }
  }
}
