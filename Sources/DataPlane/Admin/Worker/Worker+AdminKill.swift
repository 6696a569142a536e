import AdminConsole
import Routing
import ShardMap
import Telemetry

/// Sessions that operators end.
extension Worker where K: ~Copyable {
  /// Ends the session at a place, if it is meant.
  mutating func kill(at place: Int, _ target: KillTarget, _ killed: inout Int) {
    guard let handle = sessions.currentHandle(at: place), isMeant(handle, target) else { return }
    switch sessions[handle].phase {
    // Those are over, or as good as over: or another process's.
    case .departing, .refusing, .lingering, .closing: return
    case .relaying:
      if speaksPostgres(handle), sessions[handle].isBetweenAnswers {
        sayGoodbye(handle, .killed)
      } else if !sessions[handle].isSayingGoodbye {
        end(handle)
      }
    case .parked, .queued, .lent:
      guard !sessions[handle].isSayingGoodbye else { return }
      killSharing(handle)
    case .greeting, .answering, .connecting, .holding, .requestingTLS, .awaitingTLS, .forwarding,
      .authenticating:
      end(handle)
    }
    killed += 1
  }

  private mutating func isMeant(_ handle: SlabHandle, _ target: KillTarget) -> Bool {
    switch target {
    case .client(let id):
      return handle.index == id.slot && handle.generation == id.generation
    case .tenant(let id):
      guard let tenant = sessions[handle].target?.tenant, tenant.count > 0 else { return false }
      return id.utf8.elementsEqual(tenant.array)
    case .database(let name):
      if pooledClients.has(handle.index) {
        return name.utf8.elementsEqual(database(of: pooledClients[handle.index].account))
      }
      let digest = sessions[handle].target?.database
      return digest != nil && digest == NameDigest.of(Array(name.utf8))
    }
  }

  private mutating func speaksPostgres(_ handle: SlabHandle) -> Bool {
    if case .postgres = listeners[sessions[handle].listener].spoken { true } else { false }
  }

  /// What runs on its server is rolled back: the server connection is closed.
  private mutating func killSharing(_ handle: SlabHandle) {
    guard let link = pooledClients[handle.index].link else { return sayGoodbye(handle, .killed) }
    links[link].isRetired = true
    guard links[link].answers.isBetweenMessages, !pooledClients[handle.index].hasLeft else {
      // In the middle of a message nothing can be said that would be understood.
      return end(handle)
    }
    sayGoodbye(handle, .killed)
  }
}
