import DataPlane
import Routing
import ShardMap

/// `--check`: everything that can be found out without listening.
enum ConfigurationCheck {
  static func run(_ file: RouterFile) throws {
    let settings = file.settings
    let (_, map) = try MapWatcher.opening(settings.mapPath)
    print("configuration: good")
    for listener in settings.listeners {
      print("  listens at \(listener.address), \(listener.spoken.name)")
    }
    if let admin = settings.admin {
      print("  admin console at \(admin.address)")
    }
    if let probes = settings.probes {
      print("  samples each instance every \(probes.interval) as \(probes.user)")
    }
    print(
      "map: good, version \(map.header.mapVersion), \(map.header.counts.tenants) tenants on \(map.header.counts.shards) shards"
    )
    if let path = settings.freshnessPagePath { print(freshness(path, map)) }
    for warning in LocationWarning.all(settings, map) { print("warning: \(warning)") }
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

extension ListenerProtocol {
  /// The protocol's name in the configuration.
  var name: String {
    switch self {
    case .postgres: "postgres"
    case .tcp: "tcp"
    }
  }
}
