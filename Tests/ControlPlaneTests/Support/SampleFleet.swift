import ControlPlane
import Files
import Foundation
import MapExchange

/// A small fleet, as requests write it.
enum SampleFleet {
  static let changes: [Change] = [
    put("region/north", [:]), put("region/south", [:]),
    put("zone/n1", ["region": "north"]), put("zone/s1", ["region": "south"]),
    put("instance/a", ["zone": "n1", "address": "192.0.2.1:5432"]),
    put("instance/b", ["zone": "s1", "address": "192.0.2.2:5432"]),
    put("instance/c", ["zone": "n1", "address": "192.0.2.3:5432"]),
    put("shard/one", ["primary": "a", "replicas": ["b"]]),
    put("shard/two", ["primary": "c", "replicas": []]),
    put(
      "policy/standard",
      [
        "tier": "strong", "readTier": "session", "pooling": "transaction",
        "primaryReadBudgetPercent": 30,
      ]), put("pool/shared", ["dedicated": false]),
    put("tenant/acme", tenant(shard: "one", database: "acme")),
    put("tenant/globex", tenant(shard: "two", database: "globex")),
  ]

  static func tenant(shard: String, database: String) -> JSONValue {
    [
      "shard": .string(shard), "database": .string(database), "pool": "shared",
      "policy": "standard",
    ]
  }

  static func put(_ key: String, _ body: JSONValue, if condition: Condition = .none) -> Change {
    Change(.put(body), self.key(key), if: condition)
  }

  static func key(_ text: String) -> ResourceKey {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let kind = ResourceKind(rawValue: parts[0]) else {
      preconditionFailure("\(text) is a key")
    }
    return ResourceKey(kind: kind, id: parts[1])
  }

  static let author = Author(name: "test", correlationID: "c-1")
}

/// A store in a folder of its own.
struct TemporaryStore {
  let folder: FreshFolder
  let signal = HeadSignal()
  let store: ControlStore

  var path: String { folder.path + "/control.sqlite" }

  init(filled: Bool = true) async throws {
    folder = try FreshFolder("shardway-control")
    store = try ControlStore(
      path: folder.path + "/control.sqlite", creating: true, signal: signal)
    if filled { try await execute(SampleFleet.changes) }
  }

  @discardableResult
  func execute(_ changes: [Change]) async throws -> Committed {
    try await store.execute(Command(changes, by: SampleFleet.author))
  }

  /// The live resources as MapExchange has them.
  func state() async throws -> MapState {
    var records: [MapRecord] = []
    for kind in ResourceKind.allCases {
      records += try await store.resources(of: kind, after: "", limit: 100_000).map(\.record)
    }
    return MapState(mapVersion: 1, issuedAtMilliseconds: 0, records: records)
  }
}
