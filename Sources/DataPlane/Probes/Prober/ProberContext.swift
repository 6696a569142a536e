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
  /// How connections to servers are encrypted, and the count of its changes.
  private let material: Mutex<(tls: TLSMaterial, edition: Int)>

  /// A context of probes that log in as the settings say.
  public convenience init(
    settings: ProbeSettings, mapSlot: MapSlot, freshness: FreshnessSlot,
    tls: ServerTLSSettings? = nil
  ) {
    self.init(settings: settings, mapSlot: mapSlot, freshness: freshness, tls: tls) {
      ProbeLogin(settings)
    }
  }

  init(
    settings: ProbeSettings, mapSlot: MapSlot, freshness: FreshnessSlot,
    tls: ServerTLSSettings? = nil,
    makeLogin: @escaping @Sendable () -> ProbeLogin
  ) {
    self.settings = settings
    self.mapSlot = mapSlot
    self.freshness = freshness
    self.makeLogin = makeLogin
    material = Mutex((TLSMaterial(clients: nil, servers: tls), edition: 0))
  }

  /// Tells the prober that another map is in its slot. Any thread may.
  public func noteMapChange() { doorbell.ring() }

  /// How connections to servers are encrypted now, and how often that was changed.
  var tls: (tls: TLSMaterial, edition: Int) { material.withLock { $0 } }

  /// Encrypts new connections by other rules; nothing where none is encrypted. Any thread may.
  public func renewTLS(_ renewed: TLSMaterial) {
    material.withLock {
      guard $0.tls.servers != nil, let servers = renewed.servers else { return }
      $0 = (TLSMaterial(clients: nil, servers: servers), $0.edition + 1)
    }
    doorbell.ring()
  }

  /// Tells the prober to end its connections and stop. Any thread may.
  public func orderStop() {
    stopIsOrdered.store(true, ordering: .releasing)
    doorbell.ring()
  }

  /// Whether it was told to stop.
  var isToStop: Bool { stopIsOrdered.load(ordering: .acquiring) }
}
