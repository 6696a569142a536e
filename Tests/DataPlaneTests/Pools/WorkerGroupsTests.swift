import Pooling
import ShardMap
import Testing

@testable import DataPlane

@Suite("Workers for the tenants of a label")
struct WorkerGroupsTests {
  private static func dedicated(
    _ label: String, _ workers: Int, connections: Int? = nil, perInstance: Int? = nil
  ) -> DedicatedSettings {
    var settings = DedicatedSettings(label: label, workers: workers)
    settings.connections = connections
    settings.serversPerInstance = perInstance
    return settings
  }

  @Test("are the last ones, in the order of the configuration")
  func places() throws {
    let groups = try WorkerGroups(
      workers: 6, dedicated: [Self.dedicated("gold", 2), Self.dedicated("silver", 1)])
    #expect(groups.groups.map(\.label) == [nil, "gold", "silver"])
    #expect(groups.groups.map(\.workers) == [0..<3, 3..<5, 5..<6])
    #expect((0..<6).map { groups.number(ofWorker: $0) } == [0, 0, 0, 1, 1, 2])
    #expect(groups.shared == 0..<3 && groups.count == 6)
  }

  @Test("leave at least one for everybody else", arguments: [(2, 2), (1, 1), (4, 5)])
  func tooMany(workers: Int, taken: Int) {
    #expect(throws: WorkerGroupsFault.noneShared(dedicated: taken, workers: workers)) {
      try WorkerGroups(workers: workers, dedicated: [Self.dedicated("gold", taken)])
    }
  }

  @Test("serve the label that is theirs, letter for letter; any other goes to the shared ones")
  func labels() throws {
    let groups = try WorkerGroups(
      workers: 3, dedicated: [Self.dedicated("gold", 1), Self.dedicated("goldfish", 1)])
    for (label, group) in [("gold", 1), ("goldfish", 2), ("Gold", 0), ("go", 0), ("bronze", 0)] {
      #expect(groups.number(ofLabel: label.utf8Span.span.bytes) == group, "\(label)")
    }
  }

  @Test("share server connections and client connections among themselves and with nobody else")
  func means() throws {
    var settings = RouterSettings(mapPath: "", listeners: [])
    settings.limits.clientConnections = 100
    settings.pooling.serversPerInstance = 30
    settings.dedicated = [
      Self.dedicated("gold", 2, connections: 20, perInstance: 10), Self.dedicated("silver", 1),
    ]
    let map = try PoolsMap(pools: [], tenants: []).compiled()
    let contexts = WorkerContext.all(
      count: 5, groups: try WorkerGroups(workers: 5, dedicated: settings.dedicated),
      settings: settings, mapSlot: MapSlot(map))
    #expect(contexts.map(\.group) == [0, 0, 1, 1, 2])
    #expect(contexts.map(\.member) == [0, 1, 0, 1, 0])
    #expect(contexts.map(\.fellows.count) == [2, 2, 2, 2, 1])
    #expect(contexts.allSatisfy { $0.fellows[$0.member] === $0.mailbox })
    #expect(contexts.map(\.budget.limit) == [80, 80, 20, 20, 80])
    #expect(contexts[0].budget === contexts[4].budget)
    #expect(contexts[2].budget === contexts[3].budget)
    #expect(contexts[0].caps === contexts[1].caps && contexts[2].caps === contexts[3].caps)
    #expect(contexts[0].caps !== contexts[2].caps && contexts[4].caps == nil)
    #expect(contexts[0].caps?.join(.loopback(1)).total == 30)
    #expect(contexts[2].caps?.join(.loopback(1)).total == 10)
  }

  @Test("of a router without labels are all the same")
  func none() throws {
    let groups = WorkerGroups(workers: 2)
    #expect(groups.groups.map(\.workers) == [0..<2] && groups.groups[0].label == nil)
    #expect(groups.number(ofLabel: "gold".utf8Span.span.bytes) == 0)
  }
}
