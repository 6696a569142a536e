import DataPlane
import Foundation
import Logging
import Routing
import ShardMap

/// What the main thread does about the freshness page: it looks at it, logs what an operator has to know, and tells the sidecar how the
/// router is.
struct FreshnessDuty {
  private var link: SidecarLink

  init(_ link: SidecarLink) { self.link = link }

  /// Reads what the sidecar says.
  mutating func read(_ logger: Logger) { log(link.read(), logger) }

  /// Tells the workers how the map stands; whether sessions that wait may have their answer.
  mutating func tell(about map: CompiledMap, _ logger: Logger) -> Bool {
    let told = link.tell(about: map)
    log(told.findings, logger)
    return told.changed
  }

  /// Takes the router's place in the page.
  mutating func introduce(_ router: Router, _ logger: Logger) {
    log(link.introduce(routerID: Self.identity(of: router)), logger)
  }

  /// Stable for as long as the router runs on this machine and listens at the same addresses.
  static func identity(of router: Router) -> UInt64 {
    let name = ProcessInfo.processInfo.hostName + router.addresses.map { " \($0)" }.joined()
    return name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// Tells the sidecar what is in use and what was refused.
  func report(_ router: Router, _ refusal: MapRefusal?) {
    link.report { statement in
      if let applied = router.appliedMap {
        statement.appliedVersion = applied.mapVersion
        statement.appliedRoot = applied.root
        statement.appliedAtWallMicroseconds = applied.atWallMicroseconds
      }
      if let refusal {
        statement.refusedVersion = refusal.refusedVersion
        statement.refusalCode = refusal.code
        statement.refusalText = refusal.description
      }
      for (name, counter) in Self.counters { statement[name] = router.count(counter) }
    }
  }

  private static let counters: [(RouterCounter, WorkerCounter)] = [
    (.sessionsRouted, .routed), (.mapHits, .mapHits), (.staleServes, .staleServes),
    (.unknownTenants, .unknownTenants), (.negativeHits, .negativeHits),
    (.refusedStalePermissions, .refusedStalePermissions), (.refreshesWanted, .refreshesWanted),
    (.staleRouteEvidence, .staleRouteEvidence), (.sessionsMoved, .sessionsMoved),
    (.sessionsMovedByForce, .sessionsMovedByForce),
    (.longestMapPauseMicroseconds, .longestMapPauseMicroseconds),
  ]

  /// Another process speaks for the router from now on; what the sidecar says is still read.
  mutating func retire() { link.withdraw() }

  /// Gives the router's place in the page back.
  mutating func close() { link.close() }

  // MARK: Words

  /// One line: how old the map is, and what that means for each class of data.
  func summary(of map: CompiledMap) -> String {
    let classes = FreshnessClass.allCases.map {
      "\($0.name)=\((link.alarms[$0] ?? .fresh).name)"
    }
    let condition = link.statement.map(\.condition.name) ?? "silent"
    return "freshness: map=\(map.header.mapVersion) confirmed=\"\(link.freshness.age.text)\" "
      + "sidecar=\(condition) control-plane=\(link.freshness.isReachable ? "reachable" : "unreachable") "
      + classes.joined(separator: " ")
  }

  private func log(_ findings: [SidecarLink.Finding], _ logger: Logger) {
    for finding in findings { log(finding, logger) }
  }

  private func log(_ finding: SidecarLink.Finding, _ logger: Logger) {
    switch finding {
    case .connected: logger.notice("freshness page in use")
    case .unusable(let error):
      logger.error("\(error); the map's age is told from when it was issued")
    case .noSlot:
      logger.warning("the freshness page has no place left: the control plane won't hear of us")
    case .condition(nil, _): logger.warning("the sidecar has said nothing yet")
    case .condition(let condition?, let code):
      let cause = code.isEmpty ? "" : " (\(code))"
      logger.notice("sidecar: control plane \(condition.name)\(cause)")
    case .alarm(let name, let alarm, let bound, let age): log(name, alarm, bound, age, logger)
    }
  }

  private func log(
    _ name: FreshnessClass, _ alarm: FreshnessAlarm, _ bound: FreshnessBound, _ age: MapAge,
    _ logger: Logger
  ) {
    let limit =
      bound.maxStaleMilliseconds == FreshnessBound.never
      ? "never"
      : FreshnessText.duration(milliseconds: UInt64(bound.maxStaleMilliseconds))
    let text = "\(name.name): the map was confirmed \(age.text), its limit is \(limit)"
    switch alarm {
    case .fresh: logger.notice("\(text): fresh again")
    case .stale: logger.warning("\(text): stale")
    case .near:
      logger.error("\(text): over \(FreshnessAlarm.percentOfMaximum) % of the limit have passed")
    case .expired: logger.critical("\(text): \(Self.consequence(of: name))")
    }
  }

  private static func consequence(of name: FreshnessClass) -> String {
    switch name {
    case .routing: "expired; tenants are still led where they were"
    case .envelope: "expired; quotas hold without their burst"
    case .permissions: "expired; new sessions are refused"
    }
  }
}
