import Foundation
import LocalFleet
import Testing

/// The load test on a local fleet of its own.
@Suite struct LoadTestTests {
  @Test func `a scenario runs on a fleet that is broken meanwhile, and leaves nothing behind`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-load-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.scenario.write(toFile: "\(folder)/s.yaml", atomically: true, encoding: .utf8)
    var environment = Launch.plainEnvironment
    environment["TMPDIR"] = folder
    let run = try await Command.result(
      of: Launch(
        World.benchExecutable,
        [
          "run", "\(folder)/s.yaml", "--fleet", "--json", "\(folder)/r.json", "--html",
          "\(folder)/r.html",
        ], environment: environment))
    #expect(run.status == .exited(code: 0), "\(run.output) \(run.errorOutput)")

    let result = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/r.json"))) as? [String: Any])
    let faults = try #require(result["faults"] as? [[String: Any]])
    #expect(faults.count == 5)
    for fault in faults {
      #expect(fault["failure"] == nil, "\(fault)")
      #expect(fault["to"] != nil, "\(fault)")
    }
    let load = try #require((result["loads"] as? [[String: Any]])?.first)
    // Faults take a quarter of the time at most, and it goes on when all is mended.
    let (due, completed) = (load["due"] as? Int ?? 0, load["completed"] as? Int ?? 0)
    #expect(2 * completed > due, "\(completed) of \(due)")
    let last = faults.compactMap { $0["to"] as? Double }.max() ?? .infinity
    let windows = try #require(load["windows"] as? [[String: Any]])
    #expect(
      windows.contains { window in
        (window["at"] as? Double ?? 0) >= last && (window["completed"] as? Int ?? 0) > 0
      }, "all was mended after \(last) s")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == ["r.html", "r.json", "s.yaml"])
  }

  private static let scenario = """
    name: broken
    fleet: { shards: 2, replicas: 1, tenants: 2, primaryReadBudget: 100 % }
    warmUp: 500ms
    # The faults take some ten seconds, and more on a machine that has other work.
    duration: 40s
    loads:
      - name: app
        tenants: [acme, birch]
        connections: 4
        rate: 60/s
        consistency: session
        mix: [{ run: select-only }, { run: tpcb-like, consistency: strong }, { run: read-your-write }]
    faults:
      - { at: 500ms, for: 1s, do: control-plane-slow }
      - { at: 1s, for: 1s, do: replay-pause, shard: s2 }
      - { at: 2s, do: connection-resets, share: 50 % }
      - { at: 3s, do: primary-kill, shard: s1 }
      - { at: 6s, do: router-restart }

    """
}
