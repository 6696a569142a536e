import LoadClient
import LoadModel
import LoadResults
import LoadScenario
import Testing

@testable import LoadGenerator

/// What workers count, and how it is put together.
@Suite("Figures of workers")
struct FigureTests {
  @Test("a tenant's percentiles are within 7 %", arguments: [50.0, 90, 99, 100])
  func tenantTimes(percentile: Double) {
    var random = RandomSource(seed: 7)
    var times = TenantTimes(tenants: 3)
    var exact: [UInt64] = []
    for _ in 0..<5_000 {
      // From a microsecond to a minute, alike on a logarithmic scale.
      let time = UInt64(1_000 * (1 / random.unit()).rounded())
      exact.append(min(time, 60_000_000_000))
      times.completed(1, nanoseconds: exact.last!)
    }
    times.failed(2)
    exact.sort()
    let wanted = Double(exact[Int(percentile / 100 * 5_000) - 1])
    #expect(abs(times.percentile(percentile, of: 1) / wanted - 1) < 0.07)
    #expect(times.percentile(percentile, of: 0) == 0 && times.percentile(percentile, of: 2) == 0)
    #expect(times.completed == [0, 5_000, 0] && times.errors == [0, 0, 1])
  }

  @Test(
    "times of one and of all lengths have a bucket",
    arguments: [0, 1, 1 << 36, 1 << 40, UInt64.max])
  func extremes(time: UInt64) {
    var times = TenantTimes(tenants: 1)
    times.completed(0, nanoseconds: time)
    #expect(times.percentile(100, of: 0) > 0)
  }

  @Test("two workers' times of tenants add up")
  func mergedTenantTimes() {
    var (one, other) = (TenantTimes(tenants: 2), TenantTimes(tenants: 2))
    for _ in 0..<9 { one.completed(0, nanoseconds: 1_000_000) }
    other.completed(0, nanoseconds: 100_000_000)
    other.completed(1, nanoseconds: 5_000_000)
    other.failed(0)
    one.merge(other)
    #expect(one.completed == [10, 1] && one.errors == [1, 0])
    #expect(abs(one.percentile(50, of: 0) / 1_000_000 - 1) < 0.07)
    #expect(abs(one.percentile(100, of: 0) / 100_000_000 - 1) < 0.07)
    #expect(abs(one.percentile(50, of: 1) / 5_000_000 - 1) < 0.07)
  }

  @Test(
    "windows take what is due by its start and what ends by its end; the last one takes the rest")
  func windows() {
    var recorder = LoadRecorder(tenants: 1, windowCount: 3, windowNanoseconds: 100)
    for moment: Int64 in [0, 99, 100, 250] { recorder.arrived(at: moment) }
    #expect(recorder.pending == 4)
    recorder.completed(tenant: 0, latency: 110, service: 10, at: 110)
    recorder.completed(tenant: 0, latency: 150, service: 20, at: 249)
    recorder.failed(tenant: 0, Failure(.closed), at: 260)
    recorder.completed(tenant: 0, latency: 800, service: 30, at: 900)
    #expect(recorder.pending == 0)
    let figures = recorder.figures(consistency: nil)
    #expect(figures.windows.map(\.due) == [2, 1, 1])
    #expect(figures.windows.map(\.completed) == [0, 1, 2])
    #expect(figures.windows.map(\.failures) == [[:], [:], [Failure(.closed): 1]])
    #expect(figures.windows.map(\.latency.total) == [0, 1, 2])
    #expect(figures.service.total == 3)
  }

  @Test("every connection of a load belongs to one worker, and small loads are spread")
  func shares() throws {
    let loads = (0..<4).map { number in
      Load(
        name: "\(number)", tenants: .uniform(["a", "b"]), connections: number == 3 ? 7 : 1,
        arrivals: .closed(pause: .zero), mix: [WeightedTransaction(.selectOnly)])
    }
    var scenario = Scenario(name: "shares", duration: .seconds(1), loads: loads)
    scenario.workers = 2
    let plan = try RunPlan(
      scenario, target: LoadTarget(host: "localhost", port: 1), password: nil, loads: nil)
    let counts = plan.loads.map { load in
      (0..<2).map { load.tenants(ofWorker: $0, of: 2).count }
    }
    #expect(counts == [[1, 0], [0, 1], [1, 0], [3, 4]])
    #expect(plan.connections == 10)
  }
}
