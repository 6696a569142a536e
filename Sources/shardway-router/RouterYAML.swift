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
    var tls: String?
    var certificateTenant: CertificateTenant?
    var proxyProtocol: ProxyProtocol?
  }
  struct Limits: Decodable {
    var clientConnections: Int?
    var relayMiBPerWorker: Int?
    var memoryMiB: Int?
    var waitingLogins: Int?
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
  struct Reload: Decodable { var onFileChange: Bool? }
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
  var pool: Pool?
  var dedicated: [Dedicated]?
  var admin: Admin?
  var drain: Drain?
  var http: HTTP?
  var restart: Restart?
  var tls: ClientTLS?
  var servers: Servers?
  var health: Health?
  var security: Security?
  var log: Log?
  var tracing: Tracing?
  var ring: RingYAML?
  var reload: Reload?
  var vpcEndpoints: [String: String]?

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
      "keepAlive", "pooling", "pool", "dedicated", "admin", "drain", "health", "security", "http",
      "restart", "tls", "servers", "vpcEndpoints", "log", "tracing", "reload", "ring",
    ],
    "freshness": ["page"],
    "probes": ["user", "database", "passwordFile", "interval", "connect"],
    "location": ["region", "zone"],
    "listeners": [
      "address", "protocol", "identity", "sniSuffix", "pooling", "tls", "certificateTenant",
      "proxyProtocol",
    ],
    "limits": ["clientConnections", "relayMiBPerWorker", "memoryMiB", "waitingLogins"],
    "timeouts": ["login", "connect", "idle", "stop", "refresh", "move"],
    "keepAlive": ["idle", "interval", "count", "userTimeout"],
    "reload": ["onFileChange"],
    "ring": ["without"],
  ].merging(poolingKeys) { own, _ in own }.merging(poolKeys) { own, _ in own }
    .merging(adminKeys) { own, _ in own }.merging(lifecycleKeys) { own, _ in own }
    .merging(httpKeys) { own, _ in own }.merging(restartKeys) { own, _ in own }
    .merging(tlsKeys) { own, _ in own }.merging(proxyKeys) { $0.union($1) }
    .merging(telemetryKeys) { own, _ in own }
}
