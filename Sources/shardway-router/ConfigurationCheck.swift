import DataPlane
import FoundationEssentials
import Routing
import ShardMap
import TLS

/// `--check`: everything that can be found out without listening.
enum ConfigurationCheck {
  static func run(_ file: RouterFile) throws {
    let settings = file.settings
    let (_, map) = try MapWatcher.opening(settings.mapPath)
    try file.checkHome(against: map)
    print("configuration: good")
    for listener in settings.listeners {
      let encryption = listener.tls == .off ? "" : ", TLS \(listener.tls.rawValue)"
      print("  listens at \(listener.address), \(listener.spoken.name)\(encryption)")
    }
    if let home = settings.home {
      print("  runs for pool \(home.pool)\(home.router.map { " as \($0)" } ?? "")")
    }
    for group in settings.dedicated {
      print("  \(group.workers) worker(s) for tenants labelled \(group.label)")
    }
    if let admin = settings.admin {
      print("  admin console at \(admin.address)")
    }
    if let http = settings.http { print("  HTTP at \(http.address)") }
    if let tracing = settings.tracing { print("  traces go to \(tracing.endpoint)") }
    for certificate in settings.tls?.serving.certificates ?? [] {
      print(
        "  certificate \(certificate.certificatePath) for \(certificate.names.joined(separator: ", "))"
      )
    }
    if let servers = settings.serverTLS {
      print(
        "  encrypts to servers and to routers of other pools, \(servers.clients[0].verification.rawValue)"
      )
    }
    if let probes = settings.probes {
      print("  samples each instance every \(probes.interval) as \(probes.user)")
    }
    print(
      "map: good, version \(map.header.mapVersion), \(map.header.counts.tenants) tenants on \(map.header.counts.shards) shards"
    )
    if let path = settings.freshnessPagePath { print(freshness(path, map)) }
    for warning in LocationWarning.all(settings, map) + TLSTargetWarning.all(settings, map)
      + warnings(of: settings)
    {
      print("warning: \(warning)")
    }
  }

  private static func warnings(of settings: RouterSettings) -> [String] {
    CertificateWarning.all(TLSMaterial(of: settings), at: .now) + BindingWarning.all(settings)
  }

  /// How old the map would be if the router began now.
  private static func freshness(_ path: String, _ map: CompiledMap) -> String {
    var keeper = FreshnessKeeper()
    let identity = FreshnessKeeper.MapIdentity(map.header)
    do throws(FreshnessPageError) {
      guard let statement = try FreshnessPage.open(path: path).read() else {
        return "freshness page: good, the sidecar has said nothing yet"
      }
      let freshness = keeper.freshness(of: identity, statement, at: .now())
      return "freshness page: good, map \(statement.mapVersion) confirmed \(freshness.age.text), "
        + "control plane \(statement.condition.name)"
    } catch {
      let freshness = keeper.freshness(of: identity, nil, at: .now())
      return "warning: \(error); the map was issued \(freshness.age.text)"
    }
  }
}

/// Places that the map does not know: routing then has no near and far.
enum LocationWarning {
  static func all(_ settings: RouterSettings, _ map: CompiledMap) -> [String] {
    var warnings: [String] = []
    if let region = settings.region, map.region(id: Array(region.utf8).span.bytes) == nil {
      warnings.append("location.region \"\(region)\" is not in the map")
    }
    if let zone = settings.zone, map.zone(id: Array(zone.utf8).span.bytes) == nil {
      warnings.append("location.zone \"\(zone)\" is not in the map")
    }
    return warnings
  }
}

/// Rules for connections to shards and pools that the map doesn't have.
enum TLSTargetWarning {
  static func all(_ settings: RouterSettings, _ map: CompiledMap) -> [String] {
    guard let servers = settings.serverTLS else { return [] }
    let shards = servers.shards.keys.sorted().filter {
      map.shard(id: $0) == nil
    }
    let pools = servers.pools.keys.sorted().filter {
      map.pool(id: $0) == nil
    }
    return shards.map { "servers.tls.names: shard \"\($0)\" is not in the map" }
      + pools.map { "servers.tls.names: pool \"\($0)\" is not in the map" }
  }
}

extension ListenerProtocol {
  /// The protocol's name in the configuration.
  var name: String {
    switch self {
    case .postgres: "postgres"
    case .tcp: "tcp"
    }
  }
}
