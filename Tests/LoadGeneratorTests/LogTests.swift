import Glibc
import LoadResults
import LoadScenario
import NullServer
import Testing

@testable import LoadGenerator

/// The full log, and the histograms beside it.
@Suite("The full log")
struct LogTests {
  @Test("percentiles are those of the log within 1 %, under a server that stalls")
  func equalsHistogram() async throws {
    var settings = NullServerSettings()
    settings.stall = NullServerSettings.Stall(period: .seconds(1), length: .milliseconds(100))
    let path = "/tmp/shardway-log-\(getpid())-\(UInt32.random(in: 0 ... .max)).csv"
    defer { unlink(path) }
    let measurement = try await measure(
      Scenarios.scenario(
        [Scenarios.load("a,b", connections: 8, rate: 1_500)], milliseconds: 2_000, workers: 2),
      settings: settings, logPath: path)
    expectConserved(measurement)
    let load = measurement.loads[0]
    let lines = try text(of: path).split(separator: "\n")
    #expect(lines.first == "load,tenant,intended_ns,sent_ns,done_ns,outcome")
    let rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    // The load's name has a comma and stands in quotes: two pieces.
    #expect(rows.allSatisfy { $0.count == 7 && $0[0] == "\"a" && $0[1] == "b\"" })
    #expect(rows.count == load.due)
    let times = try rows.map { row in
      try (#require(Int64(row[3])), #require(Int64(row[4])), #require(Int64(row[5])))
    }
    #expect(times.allSatisfy { 0...2_000_000_000 ~= $0.0 && $0.0 <= $0.1 && $0.1 <= $0.2 })
    let latencies = times.map { $0.2 - $0.0 }.sorted()
    let services = times.map { $0.2 - $0.1 }.sorted()
    for percentile in [50, 90, 95, 99, 99.9, 100] {
      let rank = Int((percentile / 100 * Double(latencies.count)).rounded(.up)) - 1
      for (exact, counts) in [(latencies, load.latency), (services, load.service)] {
        let found = Double(try #require(counts.percentile(percentile)))
        #expect(abs(found / Double(exact[rank]) - 1) < 0.01, "percentile \(percentile)")
      }
    }
  }

  @Test("errors and arrivals that were never sent are in it")
  func errors() async throws {
    let server = FaultyServer(.silent)
    defer { server.stop() }
    let path = "/tmp/shardway-log-\(getpid())-\(UInt32.random(in: 0 ... .max)).csv"
    defer { unlink(path) }
    let measurement = try await measure(
      // Six connections for sixty that are due, and patience beyond any stall: both kinds for certain.
      Scenarios.scenario([Scenarios.load(rate: 200)], milliseconds: 300, timeout: 6_000),
      at: Scenarios.target(server.port), logPath: path)
    let rows = try text(of: path).split(separator: "\n").dropFirst()
    #expect(rows.count == measurement.loads[0].due)
    #expect(rows.allSatisfy { $0.hasSuffix(",timeout") })
    #expect(rows.contains { $0.contains(",,") } && rows.contains { !$0.contains(",,") })
  }

  @Test("a path that can't be written is refused")
  func badPath() throws {
    #expect(throws: LoadError.self) {
      try LoadRun(
        Scenarios.scenario([Scenarios.load()]), target: Scenarios.target(1), password: nil,
        logPath: "/nowhere/log.csv")
    }
  }

  private func text(of path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&block, 1, block.count, file), count > 0 {
      bytes += block[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
