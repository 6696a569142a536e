import Pooling
import Routing
import ShardMap
import Wire

/// What a session has written, as far as can be told: from then on its reads of the tier `session` are no older.
///
/// Strong work counts as writing, whatever it says. Of other tiers' work on a primary, which stands in for a replica, what only asks does not (`SELECT`,
/// `VALUES`, `TABLE`, `SHOW`): else a session whose reads went there once would go there for ever. A function that writes belongs into strong work.
extension Worker where K: ~Copyable {
  /// A transaction begins on the link that its session was lent.
  mutating func beginWatchingWrites(_ handle: SlabHandle) {
    guard let route = pooledClients[handle.index].lastRoute else { return }
    let isReadOnly = pooledClients[handle.index].begun?.isReadOnly ?? false
    pooledClients[handle.index].mayHaveWritten = route.tier == .strong && !isReadOnly
  }

  /// A text was sent that may write.
  mutating func noteWriting(_ handle: SlabHandle) {
    guard let route = pooledClients[handle.index].lastRoute, isOnPrimary(route) else { return }
    pooledClients[handle.index].mayHaveWritten = true
  }

  /// A prepared statement was bound: it writes unless its text only asks.
  mutating func noteBinding(_ id: StatementID, _ handle: SlabHandle) {
    guard !pooledClients[handle.index].mayHaveWritten else { return }
    if !onlyAsks(id) { noteWriting(handle) }
  }

  private mutating func onlyAsks(_ id: StatementID) -> Bool {
    let found = StatementRecognizer.recognize(statements.definition(id))
    return !found.isMultiple && found.first == .query
  }

  /// The server is ready for another transaction: what was written is committed by now.
  mutating func transactionEnded(_ handle: SlabHandle) {
    guard pooledClients[handle.index].mayHaveWritten else { return }
    // Not the turn's time: the answer may have come after that was read.
    pooledClients[handle.index].floor.lastWriteEndedAt = kernel.currentTime
    // The link may run another one before it is given back.
    if pooledClients[handle.index].lastRoute?.tier != .strong {
      pooledClients[handle.index].mayHaveWritten = false
    }
  }

  /// Whether a route of a replica's tier leads to the primary.
  mutating func isOnPrimary(_ route: Route) -> Bool {
    map.counts.instances > Int(route.instance.rawValue)
      && health.slot(of: map.shard(route.shard).primary) == route.slot
  }
}
