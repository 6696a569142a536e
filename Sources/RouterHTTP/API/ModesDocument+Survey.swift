import DataPlane
import RouterAPI
import Routing
import ShardMap

extension ModesDocument {
  /// Shards that are not normal, and tenants with sessions here that are not by the map.
  init(_ shards: [ModeBook.Row], _ survey: RouterSurvey, nowMilliseconds: UInt64) {
    self.init(
      modes: shards.map { Entry(scope: "shard", name: $0.shard, mode: Mode($0)) }
        + Self.tenants(survey, nowMilliseconds))
  }

  private static func tenants(_ survey: RouterSurvey, _ now: UInt64) -> [Entry] {
    let map = survey.map
    return survey.tenants.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { name in
      guard let tenant = map.tenant(id: name.span.bytes) else { return nil }
      let mode = map.placement(of: tenant).mode
      guard mode.mode(atMilliseconds: now) != .normal else { return nil }
      return Entry(
        scope: "tenant", name: String(decoding: name, as: UTF8.self),
        mode: Mode(
          mode.mode, .mapTenant, why: nil, since: nil, untilMilliseconds: mode.untilMilliseconds))
    }
  }
}

extension ModesDocument.Mode {
  /// A shard's mode.
  init(_ row: ModeBook.Row) {
    self.init(
      row.entry.mode, row.entry.cause, why: row.entry.why.isEmpty ? nil : row.entry.why,
      since: row.sinceMilliseconds, untilMilliseconds: row.entry.untilMilliseconds)
  }

  /// The mode that a decision was made under; nil for `normal`.
  init?(_ mode: ModeInForce, _ clock: WallClock) {
    guard !mode.isNormal else { return nil }
    self.init(
      mode.mode, mode.cause, why: nil, since: nil,
      untilMilliseconds: mode.ends < ModeInForce.never ? clock.milliseconds(at: mode.ends) ?? 0 : 0)
  }

  fileprivate init(
    _ mode: ServiceMode, _ cause: ModeCause, why: String?, since: UInt64?,
    untilMilliseconds: UInt64
  ) {
    self.init(
      mode: mode.name, cause: cause.name,
      explanation: "\(mode.explanation); \(cause.explanation)", why: why, sinceMilliseconds: since,
      untilMilliseconds: untilMilliseconds == 0 ? nil : untilMilliseconds,
      exitRule: cause.exitRule)
  }
}
