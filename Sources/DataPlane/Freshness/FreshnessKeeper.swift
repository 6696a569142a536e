public import Routing
public import ShardMap

/// Works out how the map in use stands from what the sidecar says. Pure: the clocks are parameters.
public struct FreshnessKeeper: Sendable {
  /// A sidecar that has confirmed nothing for so long counts as unreachable, whatever its last word
  /// was: it may have died.
  public static let longestSilence: Duration = .seconds(60)

  /// What identifies a map.
  public struct MapIdentity: Sendable, Equatable {
    /// Its version.
    public var mapVersion: UInt64
    /// Its root; `.none` for one that was compiled by hand.
    public var root: MapRoot
    /// When it was issued, in milliseconds since 1970.
    public var issuedAtMilliseconds: Int64

    /// Names a map.
    public init(mapVersion: UInt64, root: MapRoot, issuedAtMilliseconds: Int64) {
      self.mapVersion = mapVersion
      self.root = root
      self.issuedAtMilliseconds = issuedAtMilliseconds
    }

    /// What a compiled map says of itself.
    public init(_ header: MapHeader) {
      self.init(
        mapVersion: header.mapVersion, root: header.root, issuedAtMilliseconds: header.issuedAt)
    }
  }

  /// The last statement that confirmed the map it stands beside.
  private var confirmation: (map: MapIdentity, statement: SidecarStatement)?

  /// A keeper that has heard nothing.
  public init() {}

  /// How the map in use stands now.
  ///
  /// A statement about this very map tells its age. One about an older map does, too: what came later
  /// is no older. (The moment that the map was issued at may be nearer, but a clock that was set back
  /// would make it too near.) One about a newer map, which could not be taken, confirms nothing; then the last
  /// confirmation of this map counts, and without any the moment that it was issued at.
  public mutating func freshness(
    of map: MapIdentity, _ statement: SidecarStatement?, at now: FreshnessClock
  ) -> MapFreshness {
    if let statement, statement.mapVersion == map.mapVersion, Self.agree(statement.root, map.root) {
      confirmation = (map, statement)
    }
    let age: MapAge
    if let confirmation, confirmation.map == map {
      age = MapAge(of: confirmation.statement, at: now)
    } else if let statement, statement.mapVersion < map.mapVersion {
      age = MapAge(of: statement, at: now)
    } else {
      age = MapAge(issuedAtMilliseconds: map.issuedAtMilliseconds, at: now)
    }
    return MapFreshness(age: age, isReachable: Self.isReachable(statement, at: now))
  }

  private static func agree(_ one: MapRoot, _ other: MapRoot) -> Bool {
    one == other || one == .none || other == .none
  }

  private static func isReachable(_ statement: SidecarStatement?, at now: FreshnessClock) -> Bool {
    guard let statement, statement.condition == .current else { return false }
    return MapAge(of: statement, at: now).nanoseconds <= longestSilence.wholeNanoseconds
  }
}
