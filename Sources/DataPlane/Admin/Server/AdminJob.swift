import AdminConsole
import Routing
import ShardMap

/// A statement that runs: what was asked of the workers, and what they have answered.
struct AdminJob {
  let statement: AdminStatement
  /// The question that is under way.
  var number: UInt64 = 0
  /// Workers that have not answered it.
  var awaited: Set<Int> = []
  var answers: [AdminAnswer] = []
  /// Until when they may answer, or when the next question is due.
  var wake: MonotonicTime
  /// Tenants of the map that are compared with a pattern.
  var scan: TenantScan?
  /// What became of it, when that is known: it is told in the next turn, so that a client with a thousand statements can't keep the console from others.
  var outcome: AdminOutcome?
  /// What is told when it is done.
  var notices: [String] = []
  /// Whether the pause that it orders was in force before.
  var wasPaused = false

  /// Whether it has something to do without waiting for anybody.
  var isReady: Bool { outcome != nil || isScanning }
  var isScanning: Bool { scan != nil && awaited.isEmpty }
}

/// A walk through the tenants of a map, a slice a turn.
struct TenantScan {
  let map: CompiledMap
  let pattern: LikePattern
  var found: [TenantIndex] = []
  /// Whether there are more than a table shows.
  var isCut = false
  private var tenants: any IteratorProtocol<TenantIndex>

  init(_ map: CompiledMap, like pattern: String) {
    self.map = map
    self.pattern = LikePattern(pattern)
    tenants = map.tenants.makeIterator()
  }

  /// Looks at the next few; whether those were the last.
  mutating func step() -> Bool {
    for _ in 0..<AdminLimits.tenantsATurn {
      guard let index = tenants.next() else { return true }
      guard pattern.fits(Array(map.text(map.tenant(index).id).utf8)) else { continue }
      guard found.count < AdminLimits.rows else {
        isCut = true
        return true
      }
      found.append(index)
    }
    return false
  }
}
