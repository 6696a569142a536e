/// What may end a session that has done nothing wrong, in this run.
final class Excuses {
  private let plan: FaultPlan
  /// Whether the router was told to stop.
  var isStopping = false
  /// When the router may cut whoever is left, of a drain that was ordered; in nanoseconds of the world's clock.
  var drainDeadline: UInt64?
  /// Whether that time has come.
  var drainIsOver: () -> Bool = { false }
  /// Whether a server connection was cut before it was known whose it was.
  var hasBrokenAnonymously = false

  /// Whether a primary was killed for another.
  var hasFailedOver = false
  /// Whether the oldest handshakes give way to others in this world.
  var handshakesMayBeCut = false
  /// Tenants that a new map has elsewhere than one before.
  var movedTenants: Set<String> = []
  /// Whether no session may be let in now, because nobody has confirmed the map for too long.
  var permissionsHaveExpired: () -> Bool = { false }

  init(plan: FaultPlan) { self.plan = plan }

  /// Whether an instance, or the way to it, may fail.
  var instancesMayFail: Bool {
    hasFailedOver || plan.connectFails > 0 || plan.instancesDie || plan.noDescriptor > 0
      || plan.resets > 0
  }

  /// Whether a drain explains an end with or without a message: of one who had its whole answer, or who came too late; after the deadline, of anybody.
  func allowDrained(_ sqlState: String?, hadWholeAnswer: Bool, wasLetIn: Bool) -> Bool {
    guard drainDeadline != nil else { return false }
    if drainIsOver() { return true }
    return sqlState == "57P01" ? hadWholeAnswer : sqlState == nil && !wasLetIn
  }

  /// Whether what a client has sent may never have come to its server: it may have crossed a goodbye.
  func allowLostBytes(_ truth: SessionTruth) -> Bool {
    drainDeadline != nil || allow(nil, truth)
  }

  /// Whether the end of a session, with or without a message, is explained by what happened to it.
  func allow(_ sqlState: String?, _ truth: SessionTruth?) -> Bool {
    switch sqlState {
    case "57P01": isStopping || hasMoved(truth)
    case "53300": plan.clientLimit < FaultPlan.ampleClientLimit
    case "57P03": instancesMayFail || permissionsHaveExpired() || handshakesMayBeCut
    case "3D000": truth?.tenant == SimulatedMaps.lateTenant && !mustFindLateTenant
    case "08006": plan.connectFails > 0
    case "alert":
      isStopping || instancesMayFail || permissionsHaveExpired()
        || plan.clientLimit < FaultPlan.ampleClientLimit || handshakesMayBeCut
    case nil:
      truth?.isDisturbed ?? false || hasMoved(truth) || isStopping || hasBrokenAnonymously
        || plan.relayBytes < FaultPlan.ampleRelayBytes || handshakesMayBeCut
    default: false
    }
  }

  /// Whether the end of a client that shares servers, with or without a message, is explained by what may happen in this world.
  func allowPooled(_ sqlState: String?, _ pool: PoolPlan, isPaused: Bool) -> Bool {
    switch sqlState {
    case "57P01": isStopping || instancesMayFail
    case "53300": plan.clientLimit < FaultPlan.ampleClientLimit || pool.isTight
    case "57P03":
      instancesMayFail || permissionsHaveExpired() || isPaused || handshakesMayBeCut
    // What has waited for a primary for too long.
    case "25006": instancesMayFail
    case "08006", "08007": instancesMayFail || pool.isTight
    case nil:
      isStopping || instancesMayFail || plan.relayBytes < FaultPlan.ampleRelayBytes
        || handshakesMayBeCut
    default: false
    }
  }

  private func hasMoved(_ truth: SessionTruth?) -> Bool {
    truth.map { movedTenants.contains($0.tenant) } ?? false
  }

  /// Whether a session of the tenant that the first map doesn't have must be let in: the control plane is asked, and answers in time.
  private var mustFindLateTenant: Bool {
    plan.hasPage && !plan.confirmationStops && plan.answerDelay.upperBound < 100_000_000
  }
}
