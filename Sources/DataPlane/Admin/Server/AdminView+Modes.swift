import Routing
import ShardMap

/// What is not normal: shards, and tenants that have sessions here.
extension AdminView {
  // MARK: SHOW MODES

  func modes() -> [[String?]] {
    let shards = context.workers.first?.modes.rows ?? []
    return shards.map { row in
      [
        "shard", row.shard, row.entry.mode.name, row.entry.cause.name,
        Self.wallTime(milliseconds: row.sinceMilliseconds),
        Self.wallTime(milliseconds: row.entry.untilMilliseconds),
        row.entry.why.isEmpty ? nil : row.entry.why, row.entry.cause.exitRule,
      ]
    } + tenantModes()
  }

  /// By the map alone: what their shards are is told above.
  private func tenantModes() -> [[String?]] {
    var names: Set<[UInt8]> = []
    for row in answers.flatMap(\.clients) where row.tenant.count > 0 {
      names.insert(row.tenant.array)
    }
    let now = UInt64(clamping: LiveClock.wallMicroseconds / 1000)
    return names.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { name in
      guard let tenant = map.tenant(id: name.span.bytes) else { return nil }
      let mode = map.placement(of: tenant).mode
      guard mode.mode(atMilliseconds: now) != .normal else { return nil }
      return [
        "tenant", String(decoding: name, as: UTF8.self), mode.mode.name, ModeCause.mapTenant.name,
        nil, Self.wallTime(milliseconds: mode.untilMilliseconds), nil, ModeCause.mapTenant.exitRule,
      ]
    }
  }

  private static func wallTime(milliseconds: UInt64) -> String? {
    milliseconds == 0 ? nil : WallTime.text(microseconds: Int64(clamping: milliseconds) * 1000)
  }
}
