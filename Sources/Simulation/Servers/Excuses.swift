/// What may end a session that has done nothing wrong, in this run.
final class Excuses {
  private let plan: FaultPlan
  /// Whether the router was told to stop.
  var isStopping = false
  /// Whether a server connection was cut before it was known whose it was.
  var hasBrokenAnonymously = false

  init(plan: FaultPlan) { self.plan = plan }

  /// Whether an instance, or the way to it, may fail.
  var instancesMayFail: Bool {
    plan.connectFails > 0 || plan.instancesDie || plan.noDescriptor > 0 || plan.resets > 0
  }

  /// Whether the end of a session, with or without a message, is explained by what happened to it.
  func allow(_ sqlState: String?, _ truth: SessionTruth?) -> Bool {
    switch sqlState {
    case "57P01": isStopping
    case "53300": plan.clientLimit < FaultPlan.ampleClientLimit
    case "57P03": instancesMayFail
    case "08006": plan.connectFails > 0
    case "alert":
      isStopping || instancesMayFail || plan.clientLimit < FaultPlan.ampleClientLimit
    case nil:
      truth?.isDisturbed ?? false || isStopping || hasBrokenAnonymously
        || plan.relayBytes < FaultPlan.ampleRelayBytes
    default: false
    }
  }
}
