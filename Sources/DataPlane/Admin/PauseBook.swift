import AdminConsole
import Routing
import ShardMap

/// What operators have paused, as a worker looks at it.
struct PauseBook {
  private(set) var scopes: [AdminScope] = []

  var isEmpty: Bool { scopes.isEmpty }

  mutating func add(_ scope: AdminScope) {
    if !scopes.contains(scope) { scopes.append(scope) }
  }

  /// Takes a pause back; all of them for `all`.
  mutating func remove(_ scope: AdminScope) {
    scopes.removeAll { scope == .all || $0 == scope }
  }

  /// Whether nothing may be begun at an instance of a shard, whoever wants it.
  func holds(instance: String, shard: String) -> Bool {
    scopes.contains {
      switch $0 {
      case .all: true
      case .shard(let id): id == shard
      case .instance(let id): id == instance
      case .tenant: false
      }
    }
  }

  /// Whether a tenant may begin nothing, wherever it goes.
  func holds(tenant: [UInt8]) -> Bool {
    scopes.contains {
      if case .tenant(let id) = $0 { id.utf8.elementsEqual(tenant) } else { false }
    }
  }
}

/// A scope as a worker finds it in its map.
enum ScopeInMap {
  case all
  /// A tenant; and its database, on these slots.
  case tenant([UInt8], database: [UInt8], slots: Set<HealthSlot>)
  case slots(Set<HealthSlot>)
}
