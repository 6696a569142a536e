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
      let page = try FreshnessPage.open(path: path)
      let statement = page.read()
      return [
        age(of: map, statement), Self.condition(statement, isWriterAlive: page.isWriterAlive),
      ]
    } catch {
      return [
        age(of: map, nil),
        .failure("sidecar", "\(error)", "start shardway-sidecar, with the same page"),
      ]
    }
  }

  /// What a router would make of the map's age that began now. Without a statement it is told from when the map was issued.
  private func age(of map: CompiledMap, _ statement: SidecarStatement?) -> Finding {
    var keeper = FreshnessKeeper()
    let freshness = keeper.freshness(
      of: FreshnessKeeper.MapIdentity(map.header), statement, at: .now())
    return Self.age(freshness, by: FreshnessRules.strictest(in: map))
  }

  /// How an age stands by the rules of the strictest policy, as the router's alarms do; nil for a map without policies.
  static func age(_ freshness: MapFreshness, by rules: FreshnessRules?) -> Finding {
    let subject = "map's age"
    let fact = "confirmed \(freshness.age.text)"
    let advice = "shardway-sidecar status says why nobody confirms it"
    guard let rules else { return .good(subject, fact) }
    let alarms = FreshnessClass.allCases.map {
      (name: $0, alarm: FreshnessAlarm(rules[$0], age: freshness.age))
    }
    if alarms.contains(where: { $0.name == .permissions && $0.alarm == .expired }) {
      let limit = FreshnessText.duration(
        milliseconds: UInt64(rules[.permissions].maxStaleMilliseconds))
      return .failure(
        subject, "\(fact), and permissions.maxStale is \(limit): new sessions are refused", advice)
    }
    let raised = alarms.filter { $0.alarm != .fresh }
    guard !raised.isEmpty else { return .good(subject, fact) }
    let standing = raised.map { "\($0.name.name) \($0.alarm.name)" }.joined(separator: ", ")
    return .warning(subject, "\(fact): \(standing)", advice)
  }

  private static func condition(
    _ statement: SidecarStatement?, isWriterAlive: Bool
  ) -> Finding {
    guard let statement else {
      return .warning(
        "sidecar", "has said nothing yet", "shardway-sidecar status says what it waits for")
    }
    guard isWriterAlive else {
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
