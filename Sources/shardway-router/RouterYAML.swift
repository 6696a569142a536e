import ConfigurationFile

/// The configuration file as it is written.
struct RouterYAML: ConfigurationYAML {
  struct Location: Decodable {
    var region: String?
    var zone: String?
  }
  struct Listener: Decodable {
    var address: String
    var `protocol`: String
    var identity: [String]?
    var sniSuffix: String?
    var pooling: String?
  }
  struct Limits: Decodable {
    var clientConnections: Int?
    var relayMiBPerWorker: Int?
  }
  struct Timeouts: Decodable {
    var login: String?
    var connect: String?
    var idle: String?
    var stop: String?
    var refresh: String?
    var move: String?
  }
  struct Freshness: Decodable { var page: String }
  struct Probes: Decodable {
    var user: String
    var database: String?
    var passwordFile: String?
    var interval: String?
    var connect: String?
  }
  struct KeepAliveYAML: Decodable {
    var idle: String?
    var interval: String?
    var count: Int?
    var userTimeout: String?
  }
  struct Log: Decodable { var level: String? }
  struct RingYAML: Decodable { var without: [String]? }

  var map: String
  var freshness: Freshness?
  var probes: Probes?
  var location: Location?
  var workers: Workers?
  var listeners: [Listener]
  var limits: Limits?
  var timeouts: Timeouts?
  var keepAlive: KeepAliveYAML?
  var pooling: Pooling?
  var admin: Admin?
  var log: Log?
  var ring: RingYAML?

  /// `auto`, or how many.
  enum Workers: Decodable {
    case auto
    case count(Int)
    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let count = try? value.decode(Int.self) {
        self = .count(count)
      } else if try value.decode(String.self) == "auto" {
        self = .auto
      } else {
        throw DecodingError.dataCorruptedError(
          in: value, debugDescription: "must be auto or a number")
      }
    }
  }

  static let knownKeys: [String: Set<String>] = [
    "": [
      "map", "freshness", "probes", "location", "workers", "listeners", "limits", "timeouts",
      "keepAlive", "pooling", "admin", "log", "ring",
    ],
    "freshness": ["page"],
    "probes": ["user", "database", "passwordFile", "interval", "connect"],
    "location": ["region", "zone"],
    "listeners": ["address", "protocol", "identity", "sniSuffix", "pooling"],
    "limits": ["clientConnections", "relayMiBPerWorker"],
    "timeouts": ["login", "connect", "idle", "stop", "refresh", "move"],
    "keepAlive": ["idle", "interval", "count", "userTimeout"],
    "log": ["level"],
    "ring": ["without"],
  ].merging(poolingKeys) { own, _ in own }.merging(adminKeys) { own, _ in own }
}
