import LoadResults
import LoadScenario
import NullServer
import Testing

@testable import LoadGenerator

/// Loads whose transactions are attempts to open a connection.
@Suite("Attempts to connect", .serialized)
struct AttemptTests {
  private static let connect = [WeightedTransaction(.connect)]

  @Test("each opens a connection of its own, and is completed when the session is there")
  func opens() async throws {
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load(rate: 300, mix: Self.connect)], milliseconds: 500)
    ) { _, server in
      // All that are open are about to be closed. The server may not have seen yet that those of a
      // moment ago are.
      for _ in 0..<20 {
        #expect(server.counters.openConnections <= 12)
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.errors.isEmpty && 100...200 ~= load.completed)
    // Those of the start, and one for each that was due, in the warm-up too.
    #expect(load.connecting.total >= load.completed + 6)
    #expect(measurement.remarks.isEmpty)
  }

  @Test("beside another load they leave its connections alone")
  func beside() async throws {
    let measurement = try await measure(
      Scenarios.scenario(
        [
          Scenarios.load("app", rate: 500),
          Scenarios.load("visitors", connections: 2, rate: 100, mix: Self.connect),
        ], milliseconds: 500))
    expectConserved(measurement)
    #expect(measurement.loads.allSatisfy { $0.errors.isEmpty && $0.completed > 20 })
    #expect(measurement.loads[0].connecting.total == 6)
  }

  @Test(
    "that are not let in are errors of their own, and are tried no more often than they are due")
  func refused() async throws {
    let measurement = try await measure(
      Scenarios.scenario(
        [Scenarios.load(connections: 3, rate: 400, mix: Self.connect)], milliseconds: 600_000)
    ) { (run: LoadRun, server: NullServer) in
      try await wait(for: run) { $0.loads[0].completed > 20 }
      server.stop()
      try await wait(for: run) { $0.loads[0].errors > 20 }
      run.stop()
    }
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.completed > 20 && load.failed > 20)
    #expect(load.errors.keys.allSatisfy { $0 != "timeout" }, "\(load.errors)")
  }
}
