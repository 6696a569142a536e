import Routing
import Telemetry

/// Another configuration, taken between two turns.
extension Worker where K: ~Copyable {
  /// Goes on with other settings: all of them at once.
  mutating func take(_ change: SettingsChange) {
    let before = context.settings.timeouts.idle
    context.use(change.settings)
    poolLimits = change.settings.pooling.limits
    memory.limit = context.memoryShare ?? .max
    for (place, listener) in change.settings.listeners.enumerated()
    where listeners.indices.contains(place) {
      listeners[place].follow(listener)
    }
    context.report.counters.add(.configurationsTaken)
    // Pools that may have more connections now, or have to keep some.
    for pool in 0..<pools.touched where pools.has(pool) && !pools[pool].isRetired {
      retryLater(pool, at: kernel.now)
    }
    if change.settings.timeouts.idle != before { idleWalk = 0 }
    choresDue = .origin
  }

  /// Gives the next few silent sessions the deadline that holds now.
  mutating func reviewIdleDeadlines() {
    guard let first = idleWalk else { return }
    let end = min(first + FreshnessLimits.movesATurn, sessions.highWaterMark)
    for index in first..<end {
      guard let handle = sessions.currentHandle(at: index), !sessions[handle].isSayingGoodbye else {
        continue
      }
      switch sessions[handle].phase {
      case .relaying where sessions[handle].watch == nil && !sessions[handle].isHalfOver:
        setIdleDeadline(handle)
      case .parked where !pooledClients[handle.index].hasLeft: setIdleDeadline(handle)
      default: continue
      }
    }
    idleWalk = end < sessions.highWaterMark ? end : nil
  }
}
