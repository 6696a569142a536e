import Glibc
import ShardMap
import Telemetry
import Testing

@testable import DataPlane

@Suite("A worker's core")
struct WorkerCoreTests {
  private func contexts(cores: [Int32]) throws -> [WorkerContext] {
    WorkerContext.all(
      count: 2, cores: cores, settings: RouterSettings(mapPath: "", listeners: []),
      mapSlot: MapSlot(try PoolsMap(pools: [], tenants: []).compiled()))
  }

  @Test("is its own where there are enough of them; else its thread is free")
  func sharing() throws {
    #expect(try contexts(cores: [3, 5, 7]).map(\.core) == [3, 5])
    #expect(try contexts(cores: [3]).allSatisfy { $0.core == nil })
  }

  @Test("is named no more when its thread can't be bound, and that is told once")
  func unbound() throws {
    // No machine of ours has so many.
    let missing = Int32(Cores.maximum - 1)
    let context = try contexts(cores: [0, missing])[1]
    #expect(context.core == missing)
    context.bindThread()
    #expect(context.core == nil)
    let event = try #require(context.report.events.take())
    guard case .notBound(let worker, let core, let code) = event.kind else {
      Issue.record("told of something else: \(event.kind)")
      return
    }
    #expect(worker == 1 && core == missing && code == EINVAL)
    context.bindThread()
    #expect(context.report.events.take() == nil)
  }
}
