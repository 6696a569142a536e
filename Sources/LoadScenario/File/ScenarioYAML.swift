internal import ConfigurationFile

/// A scenario's file as it is written.
struct ScenarioYAML: ConfigurationYAML {
  struct Target: Decodable {
    var address: String
    var `protocol`: String?
    var encryption: String?
    var tenant: String?
    var serverNameSuffix: String?
    var proxyProtocol: Bool?
    var resumption: Bool?
    var user: String?
    var database: String?
    var passwordFile: String?
  }
  struct Fleet: Decodable {
    var shards: Int?
    var replicas: Int?
    var tenants: Int?
    var maxConnections: Int?
    var controlPlane: Bool?
    var pooling: String?
    var serversPerPool: Int?
    var primaryReadBudget: String?
    var routerWorkers: Int?
  }
  struct Tables: Decodable {
    var accounts: Int?
    var tellers: Int?
    var branches: Int?
  }
  struct Fault: Decodable {
    var at: String
    var `for`: String?
    var `do`: String?
    var run: String?
    var end: String?
    var shard: String?
    var tenant: String?
    var to: String?
    var share: String?
  }

  var name: String
  var about: String?
  var target: Target?
  var fleet: Fleet?
  var seed: UInt64?
  var workers: Int?
  var warmUp: String?
  var alone: String?
  var duration: String
  var window: String?
  var connectTimeout: String?
  var transactionTimeout: String?
  var tables: Tables?
  var loads: [Load]
  var faults: [Fault]?
  var objectives: [String]?

  static let knownKeys: [String: Set<String>] = [
    "": [
      "name", "about", "target", "fleet", "seed", "workers", "warmUp", "alone", "duration",
      "window", "connectTimeout", "transactionTimeout", "tables", "loads", "faults", "objectives",
    ],
    "target": [
      "address", "protocol", "encryption", "resumption", "tenant", "serverNameSuffix",
      "proxyProtocol", "user", "database", "passwordFile",
    ],
    "fleet": [
      "shards", "replicas", "tenants", "maxConnections", "controlPlane", "pooling",
      "serversPerPool", "primaryReadBudget", "routerWorkers",
    ],
    "tables": ["accounts", "tellers", "branches"],
    "faults": ["at", "for", "do", "run", "end", "shard", "tenant", "to", "share"],
  ].merging(loadKeys) { own, _ in own }
}
