internal import Processes

/// How a fleet's router is configured.
public struct RouterOptions: Sendable {
  /// The path of the `shardway-router` program; a relative one starts at this process's folder.
  public var executable: String
  /// Number of workers; nil is one for each core.
  public var workers: Int?
  /// Port of the listener that reads the PostgreSQL start-up packet; 0 lets the kernel choose.
  public var postgresPort: UInt16 = 0
  /// Port of the listener that takes the tenant from TLS; 0 lets the kernel choose.
  public var tlsPort: UInt16 = 0
  /// The zone the router stands in: `local-a`, with the primaries, or `local-b`, with replicas.
  public var zone = FleetZone.primaries
  /// Where the start-up packet may name the tenant: `option`, `user`, `database`, in this order.
  public var identity = ["option", "user", "database"]
  /// Whether clients of the PostgreSQL listener share server connections; nil is one for each client.
  public var pooling: FleetPooling?
  /// Whether clients of the PostgreSQL listener encrypt.
  public enum Encryption: String, Sendable, CaseIterable {
    /// No.
    case off
    /// As they like.
    case optional
    /// Yes.
    case required
  }

  /// Whether clients of the PostgreSQL listener encrypt; if so, there must be a section `tls`.
  public var tls = Encryption.off
  /// Sections of the configuration to add or to replace, as YAML: the part after `name:`.
  public var sections: [String: String] = [:]
  /// Variables of its environment besides ``Launch/plainEnvironment``.
  public var environment: [String: String] = [:]

  /// One worker for each core, on ports the kernel chooses.
  public init(executable: String) {
    self.executable = executable
  }

  /// The suffix of the names by which TLS clients name their tenant.
  public static let serverNameSuffix = ".\(SelfSignedCertificate.domain)"

  /// The text of the configuration file.
  func configuration(mapPath: String, pagePath: String?) -> String {
    var all = [
      "map": mapPath,
      "location": "{ region: \(FleetZone.region), zone: \(zone) }",
      "workers": workers.map { "\($0)" } ?? "auto",
      "listeners": """

        - address: "127.0.0.1:\(postgresPort)"
          protocol: postgres
          identity: [\(identity.joined(separator: ", "))]
          pooling: \(pooling?.mode.rawValue ?? "session")
          tls: \(tls.rawValue)
        - address: "127.0.0.1:\(tlsPort)"
          protocol: tcp
          sniSuffix: "\(Self.serverNameSuffix)"
      """,
      "log": "{ level: info }",
    ]
    all["pooling"] = pooling?.section
    all["freshness"] = pagePath.map { "{ page: \($0) }" }
    all.merge(sections) { $1 }
    return all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
  }
}

/// How a fleet's router has its clients share server connections.
public struct FleetPooling: Sendable {
  /// How clients prove who they are.
  public enum Authentication: String, Sendable, CaseIterable {
    /// Not at all.
    case trust
    /// By SCRAM-SHA-256, against what their shard's catalog has.
    case scram
  }

  /// Which clients share.
  public enum Mode: String, Sendable, CaseIterable {
    /// All.
    case transaction
    /// Those whose tenants' policies say so.
    case policy
  }

  /// Which clients share.
  public var mode = Mode.transaction
  /// How clients prove who they are.
  public var authentication = Authentication.trust
  /// Server connections of one worker for one database, user and instance.
  public var serversPerPool = 4
  /// More settings of the section, as YAML.
  public var settings: [String: String] = [:]

  /// Four server connections a pool, for clients that are trusted.
  public init() {}

  var section: String {
    var all = ["serversPerPool": "\(serversPerPool)", "authentication": authentication.rawValue]
    if authentication == .scram {
      all["authQuery"] =
        "{ user: \(FleetRole.router), query: \"\(FleetRole.verifierQuery)\" }"
    }
    all.merge(settings) { $1 }
    return all.sorted { $0.key < $1.key }.map { "\n  \($0.key): \($0.value)" }.joined()
  }
}

/// The zones of a fleet's map; all are the same machine.
public enum FleetZone {
  /// The only region.
  public static let region = "local"
  /// The zone of every primary.
  public static let primaries = "local-a"
  /// The zone of every replica.
  public static let replicas = "local-b"
}
