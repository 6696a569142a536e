import ConfigurationFile
import ControlPlane
import Logging
import ShardMap

/// The configuration file as it is written.
struct ControlYAML: ConfigurationYAML {
  struct TLS: Decodable {
    var certificate: String
    var key: String
  }
  struct Limits: Decodable {
    var bodyMiB: Int?
    var connections: Int?
    var waitingPolls: Int?
    var eventStreams: Int?
    var deltaResources: Int?
    var longestWait: String?
    var heartbeat: String?
    var idempotencyRetention: String?
  }
  struct Log: Decodable { var level: String? }

  var address: String
  var store: String
  var routers: String?
  var keys: [String]
  var tokens: String
  var tls: TLS?
  var limits: Limits?
  var log: Log?

  static let knownKeys: [String: Set<String>] = [
    "": ["address", "store", "routers", "keys", "tokens", "tls", "limits", "log"],
    "tls": ["certificate", "key"],
    "limits": [
      "bodyMiB", "connections", "waitingPolls", "eventStreams", "deltaResources", "longestWait",
      "heartbeat",
      "idempotencyRetention",
    ],
    "log": ["level"],
  ]
}

/// The configuration file, read and checked.
struct ControlFile {
  let address: SocketAddress
  let store: String
  /// The database of the routers' leases, beside the store.
  let routers: String
  /// The files with the signing keys: paths, or `credential:NAME`.
  let keys: [String]
  let tokens: String
  let tls: ControlYAML.TLS?
  let limits: ServerLimits
  let deltaResources: Int
  let logLevel: Logger.Level
  /// Where it is, as it was named.
  private(set) var path = ""
  /// Its text.
  private(set) var text = ""

  /// Reads a file; whatever is wrong is said with its line.
  static func load(_ path: String) throws(ConfigurationError) -> ControlFile {
    var text = ""
    var file = try ConfigurationReader.load(path, as: ControlYAML.self, text: &text) {
      yaml throws(FieldError) in try ControlFile(yaml)
    }
    (file.path, file.text) = (path, text)
    return file
  }

  /// A fault of a file that this one names, with the line that names it.
  func error(_ fault: FieldError) -> ConfigurationError {
    ConfigurationReader.error(path, text, fault.field, fault.text)
  }

  private init(_ yaml: ControlYAML) throws(FieldError) {
    guard let address = SocketAddress(yaml.address, orAnyPort: true) else {
      throw FieldError(
        "address", "\"\(yaml.address)\" is no address; write IPv4:PORT or [IPv6]:PORT")
    }
    guard (1...2).contains(yaml.keys.count) else {
      throw FieldError("keys", "name one file, or two while keys are rotated")
    }
    self.address = address
    store = yaml.store
    routers = yaml.routers ?? Self.routers(beside: yaml.store)
    keys = yaml.keys
    tokens = yaml.tokens
    tls = yaml.tls
    limits = try Self.checked(yaml.limits)
    deltaResources = try Configured.number(
      yaml.limits?.deltaResources, "limits.deltaResources", 1...200_000,
      ControlLimits.deltaResources)
    logLevel = try Configured.name(yaml.log?.level, "log.level", .info)
  }

  /// `routers.sqlite` in the store's folder.
  private static func routers(beside store: String) -> String {
    let folder = store.lastIndex(of: "/").map { store[...$0] } ?? ""
    return folder + "routers.sqlite"
  }

  private static func checked(_ yaml: ControlYAML.Limits?) throws(FieldError) -> ServerLimits {
    var limits = ServerLimits()
    limits.bodyBytes =
      try Configured.number(yaml?.bodyMiB, "limits.bodyMiB", 1...1_024, limits.bodyBytes >> 20)
      << 20
    limits.connections = try Configured.number(
      yaml?.connections, "limits.connections", 10...1_000_000, limits.connections)
    limits.waitingPolls = try Configured.number(
      yaml?.waitingPolls, "limits.waitingPolls", 1...1_000_000, limits.waitingPolls)
    limits.eventStreams = try Configured.number(
      yaml?.eventStreams, "limits.eventStreams", 1...1_000_000, limits.eventStreams)
    limits.longestWait = try Configured.time(
      yaml?.longestWait, "limits.longestWait", .seconds(1), limits.longestWait)
    limits.heartbeat = try Configured.time(
      yaml?.heartbeat, "limits.heartbeat", .milliseconds(100), limits.heartbeat)
    limits.idempotencyRetention = try Configured.time(
      yaml?.idempotencyRetention, "limits.idempotencyRetention", .seconds(1),
      limits.idempotencyRetention)
    return limits
  }
}
