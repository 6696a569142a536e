import ShardMap

extension RouterSettings {
  /// Whether a router with these settings wants clients where it is in its life, by a map.
  func isReady(_ lifecycle: Lifecycle, _ map: CompiledMap) -> Bool {
    guard lifecycle.phase == .serving else { return false }
    guard let home else { return true }
    return (try? home.check(against: map)) != nil
  }
}

extension Router {
  /// Whether clients are to be sent here: it serves, by a map that has somebody for it to serve, however stale that is. Nothing that
  /// it depends on is asked.
  public var isReady: Bool {
    guard let settings = contexts.first?.settings else { return false }
    return settings.isReady(lifecycle, map)
  }
}
