import MapDocument
import MapExchange
import MapSync
import Routing
import ShardMap

/// What became of a session.
enum SessionOutcome: Hashable, Sendable {
  case letIn
  case unknownTenant
  case suspended
  case permissionsExpired
  case other(String)
}

/// Judges whether a session was rightly let in or refused, by the map that the router used and the
/// age that this map rightly had.
final class SessionJudge {
  private let world: SimulatedWorld
  private let history: MapHistory
  private(set) var letIn = 0
  private(set) var refusedForAge = 0
  private(set) var refusedOtherwise = 0

  /// How long ago a statement has to be for every router to have read it, in nanoseconds.
  private static let settled: UInt64 = 1_000_000_000

  init(world: SimulatedWorld, history: MapHistory) {
    self.world = world
    self.history = history
  }

  /// A session and when it was judged: between two moments of the world and of the host's clocks.
  struct Session {
    var host: SimulatedHost
    var tenant: String
    /// Versions of the map that the router had in use meanwhile.
    var versions: ClosedRange<UInt64>
    var begun: FreshnessClock
    var ended: FreshnessClock
    var outcome: SessionOutcome
  }

  func judge(_ session: Session) {
    count(session.outcome)
    let states = history.states.filter { session.versions.contains($0.mapVersion) }
    let excuses = states.map { fault(of: session, by: $0) }
    // It may have been decided by any of the maps that were in use meanwhile.
    guard let fault = excuses.first, !excuses.contains(nil) else { return }
    world.violate(
      "host \(session.host.number): a session of \(session.tenant) was \(session.outcome), but \(fault ?? "")"
    )
  }

  private func count(_ outcome: SessionOutcome) {
    switch outcome {
    case .letIn: letIn += 1
    case .permissionsExpired: refusedForAge += 1
    case .unknownTenant, .suspended, .other: refusedOtherwise += 1
    }
  }

  /// What is wrong with the outcome by one version of the map; nil when nothing is.
  private func fault(of session: Session, by state: MapState) -> String? {
    let version = state.mapVersion
    guard let tenant = tenant(session.tenant, in: state) else {
      return session.outcome == .unknownTenant ? nil : "version \(version) has no such tenant"
    }
    guard tenant.state == .active else {
      return session.outcome == .suspended ? nil : "version \(version) has it suspended"
    }
    switch session.outcome {
    case .letIn: return lateFault(session, tenant, state)
    case .permissionsExpired: return earlyFault(session, tenant, state)
    case .unknownTenant, .suspended, .other: return "version \(version) has it active"
    }
  }

  /// It was let in: was it too late?
  private func lateFault(
    _ session: Session, _ tenant: Tenant, _ state: MapState
  ) -> String? {
    guard let limit = limit(tenant, state) else { return nil }
    let edition = MapHistory.edition(state)
    let ages = [session.begun, session.ended].map {
      session.host.truth.leastAge(of: edition, at: $0)
    }
    guard ages.allSatisfy({ $0.map { $0 >= limit } ?? true }) else { return nil }
    return "its permissions were \(ages.map { $0.map(String.init) ?? "?" }) ms old, of \(limit)"
  }

  /// It was refused for the permissions' age: were they young enough?
  private func earlyFault(
    _ session: Session, _ tenant: Tenant, _ state: MapState
  ) -> String? {
    guard let limit = limit(tenant, state) else { return "its permissions never end" }
    guard let told = session.host.told, told.statement.mapVersion == state.mapVersion,
      world.now - told.time > Self.settled
    else { return nil }
    let moment = FreshnessClock(
      bootNanoseconds: told.statement.confirmedAtBootNanoseconds,
      wallMilliseconds: told.statement.confirmedAtWallMilliseconds, bootID: told.statement.bootID)
    let ages = [session.begun, session.ended].map { FreshnessTruth.age(of: moment, at: $0) }
    guard ages.allSatisfy({ $0.map { $0 < limit } ?? false }) else { return nil }
    return
      "its permissions were only \(ages.map { $0.map(String.init) ?? "?" }) ms old, of \(limit)"
  }

  private func tenant(_ id: String, in state: MapState) -> Tenant? {
    guard let record = state[ResourceKey(kind: .tenant, id: id)],
      case .tenant(let tenant)? = try? record.resource()
    else { return nil }
    return tenant
  }

  /// The age at which permissions end, in milliseconds; nil for never.
  private func limit(_ tenant: Tenant, _ state: MapState) -> UInt64? {
    guard let record = state[ResourceKey(kind: .policy, id: tenant.policy)],
      case .policy(let policy)? = try? record.resource()
    else { return nil }
    let limit = policy.freshness[.permissions].maxStaleMilliseconds
    return limit == FreshnessBound.never ? nil : UInt64(limit)
  }
}
