import Synchronization

/// What a prober is given by the router and shares with it.
public final class ProberContext: Sendable {
  let settings: ProbeSettings
  let mapSlot: MapSlot
  let freshness: FreshnessSlot
  /// How each connection logs in.
  let makeLogin: @Sendable () -> ProbeLogin
  let doorbell = Doorbell()
  /// What the prober counts and tells.
  public let report = ProberReport()
  private let stopIsOrdered = Atomic<Bool>(false)

  /// A context of probes that log in as the settings say.
  public convenience init(settings: ProbeSettings, mapSlot: MapSlot, freshness: FreshnessSlot) {
    self.init(settings: settings, mapSlot: mapSlot, freshness: freshness) {
      ProbeLogin(settings)
    }
  }

  init(
    settings: ProbeSettings, mapSlot: MapSlot, freshness: FreshnessSlot,
    makeLogin: @escaping @Sendable () -> ProbeLogin
  ) {
    self.settings = settings
    self.mapSlot = mapSlot
    self.freshness = freshness
    self.makeLogin = makeLogin
  }

  /// Tells the prober that another map is in its slot. Any thread may.
  public func noteMapChange() { doorbell.ring() }

  /// Tells the prober to end its connections and stop. Any thread may.
  public func orderStop() {
    stopIsOrdered.store(true, ordering: .releasing)
    doorbell.ring()
  }

  /// Whether it was told to stop.
  var isToStop: Bool { stopIsOrdered.load(ordering: .acquiring) }
}
