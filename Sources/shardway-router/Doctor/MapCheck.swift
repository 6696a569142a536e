import DataPlane
import Routing
import ShardMap

/// Whether the files between a sidecar and a router are good: the map, and the page that tells its age.
struct MapCheck {
  let settings: RouterSettings

  /// The map, if it is good, and what was found.
  func run() -> (map: CompiledMap?, findings: [Finding]) {
    do {
      let (_, map) = try MapWatcher.opening(settings.mapPath)
      var findings = [
        Finding.good(
          "map",
          "version \(map.header.mapVersion): \(map.counts.tenants) tenants on \(map.counts.shards) shards"
        )
      ]
      findings += location(by: map)
      findings += freshness(of: map)
      return (map, findings)
    } catch {
      return (
        nil,
        [
          .failure(
            "map", "\(error)",
            "start shardway-sidecar, which publishes it, or compile one: shardway map compile")
        ]
      )
    }
  }

  private func location(by map: CompiledMap) -> [Finding] {
    let warnings = LocationWarning.all(settings, map)
    guard !warnings.isEmpty else {
      return [.good("location", "region and zone are the map's")]
    }
    return warnings.map {
      .warning(
        "location", $0, "name it as the map does, so that reads stay near: shardway map inspect")
    }
  }

  private func freshness(of map: CompiledMap) -> [Finding] {
    guard let path = settings.freshnessPagePath else {
      return [
        .warning(
          "sidecar", "none: nobody tells how old the map is",
          "add `freshness: { page: … }`, unless the map is changed by hand")
      ]
    }
    do throws(FreshnessPageError) {
      guard let statement = try FreshnessPage.open(path: path).read() else {
        return [
          .warning(
            "sidecar", "has said nothing yet", "shardway-sidecar status says what it waits for")
        ]
      }
      return [age(of: map, statement), condition(statement)]
    } catch {
      return [.failure("sidecar", "\(error)", "start shardway-sidecar, with the same page")]
    }
  }

  private func age(of map: CompiledMap, _ statement: SidecarStatement) -> Finding {
    var keeper = FreshnessKeeper()
    let freshness = keeper.freshness(
      of: FreshnessKeeper.MapIdentity(map.header), statement, at: .now())
    return .good("map's age", "confirmed \(freshness.age.text)")
  }

  private func condition(_ statement: SidecarStatement) -> Finding {
    guard statement.isWriterAlive else {
      return .failure(
        "sidecar", "its process \(statement.writerPID) is gone", "systemctl start shardway-sidecar")
    }
    switch statement.condition {
    case .current: return .good("control plane", "answers the sidecar")
    case .starting:
      return .warning(
        "control plane", "the sidecar has not heard of it yet", "shardway-sidecar status")
    case .unreachable, .refusing:
      return .warning(
        "control plane", "\(statement.condition.name) (\(statement.lastErrorCode))",
        "the router goes on with what it has; shardway-sidecar status says why")
    }
  }
}

extension SidecarStatement {
  /// Whether the process that wrote it is there. True also where it is another user's.
  var isWriterAlive: Bool { ProcessTable.has(writerPID) }
}
