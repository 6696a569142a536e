import DataPlane
import Foundation
import LocalFleet
import RouterHTTP
import Telemetry
import Testing

@testable import RouterHTTP

@Suite("A scrape of a router")
struct RouterMetricsTests {
  private func scrape(_ router: TestRouter, headers: [String] = []) async throws -> Exposition {
    Exposition(try await HTTPConnection.get("/metrics", port: router.port, headers: headers).body)
  }

  /// A scrape for which all workers have counted: one that is busy is told of without.
  private func complete(_ router: TestRouter, workers: Int) async throws -> Exposition {
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      let told = try await scrape(router)
      let answers = told.families["shardway_worker_census_age_seconds"]?.samples.count ?? 0
      if answers == workers || ContinuousClock.now > deadline { return told }
    }
  }

  @Test("is well formed, and every family has a help", arguments: [false, true])
  func wellFormed(openMetrics: Bool) async throws {
    let router = try TestRouter(TestMap.compiled(shards: 3), workers: 2)
    let accept = "Accept: application/openmetrics-text"
    let told = try await scrape(router, headers: openMetrics ? [accept] : [])
    #expect(told.faults == [])
    #expect(told.families.count > 60)
    for (name, family) in told.families {
      #expect(!family.help.isEmpty && !family.type.isEmpty, "\(name)")
      #expect(name.hasPrefix("shardway_") || name.hasPrefix("process_"), "\(name)")
    }
  }

  @Test("has every counter of the workers, once")
  func counters() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1))
    let told = try await scrape(router)
    let labelled = told.families.filter {
      [
        "shardway_limit_hits_total", "shardway_limit_refusals_total", "shardway_requests_total",
      ].contains($0.key)
    }.reduce(0) { $0 + $1.value.samples.count }
    let plain = WorkerCounter.allCases.filter {
      told.families["shardway_\($0.name)_total"] != nil
    }.count
    // Three are times, and told in seconds.
    #expect(labelled + plain + 3 == WorkerCounter.allCases.count)
  }

  @Test("tells which map is in force, and what is in it")
  func map() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 3, tenants: 5))
    let told = try await scrape(router)
    #expect(told["shardway_map_version"] == 7)
    #expect(told["shardway_map_applied_version"] == 7)
    #expect(told[#"shardway_map_records{kind="tenants"}"#] == 5)
    #expect(told[#"shardway_map_records{kind="shards"}"#] == 3)
  }

  @Test("tells of the process")
  func process() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1))
    let told = try await scrape(router)
    #expect(told["process_resident_memory_bytes"] ?? 0 > 1_000_000)
    #expect(told["process_cpu_seconds_total"] ?? 0 > 0)
    #expect(told["process_open_fds"] ?? 0 > 3)
    #expect(told["process_max_fds"] ?? 0 > 3)
    #expect(told["process_start_time_seconds"] ?? 0 > 1_600_000_000)
    #expect(told[#"shardway_build_info{version="test \"1\""}"#] == 1)
  }

  @Test(
    "adds up what the workers have measured of one shard, and tells of no series without a request")
  func histograms() async throws {
    let bounds = HistogramBounds(nanoseconds: [10, 20])
    let series = RequestSeries(shard: 4, tier: .session, outcome: .served)
    let pages = [[5, 15], [25]].map { (times: [UInt64]) in
      let page = HistogramPage(bounds: bounds, capacity: 2)
      _ = page.add(label: RequestSeries(shard: 1, tier: .strong, outcome: .failed).label)
      let added = page.add(label: series.label)!
      for time in times { page.note(added, nanoseconds: time) }
      return page
    }
    let sums = RouterMetrics.sums(of: pages, bounds)
    #expect(sums.map(\.label) == [series.label])
    #expect(sums.first?.counts.buckets == [1, 1, 1])
    #expect(sums.first?.counts.sumNanoseconds == 45)
  }

  @Test("tells of a ring that it works")
  func ring() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1), workers: 2)
    let told = try await complete(router, workers: 2)
    for worker in 0..<2 {
      #expect(told["shardway_ring_submissions_total{worker=\"\(worker)\"}"] ?? 0 > 0)
      #expect(told["shardway_ring_buffers{worker=\"\(worker)\",state=\"free\"}"] ?? 0 > 0)
      #expect(told["shardway_worker_census_age_seconds{worker=\"\(worker)\"}"] ?? 99 < 60)
    }
  }

  @Test("is the same size however many tenants and idle shards a map has")
  func cardinality() async throws {
    let few = try await complete(
      TestRouter(TestMap.compiled(shards: 2, tenants: 2)), workers: 1)
    let many = try await complete(
      TestRouter(TestMap.compiled(shards: 200, tenants: 2000)), workers: 1)
    #expect(few.sampleCount == many.sampleCount)
  }

  private static let checker = ["/usr/bin/promtool", "/usr/local/bin/promtool"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test("passes Prometheus' own check", .enabled(if: checker != nil))
  func checked() async throws {
    let router = try TestRouter(
      TestMap.compiled(shards: 2, shardName: { "odd \"\($0)\" \\ shard" }))
    let body = try await HTTPConnection.get("/metrics", port: router.port).body
    var check = Launch(Self.checker!, ["check", "metrics"])
    check.input = .text(body)
    let result = try await Command.result(of: check)
    let said = result.output + result.errorOutput
    #expect(result.status.isSuccess, "\(said)")
    #expect(said == "")
  }
}
