/// A client of a run.
protocol Participant: AnyObject {
  var number: Int { get }
  /// Whether it has gone.
  var isDone: Bool { get }
  /// Connects.
  func begin()
}

/// Who takes part in a run.
protocol Cast {
  /// Server connections that may stay open though no client is there any more.
  var sharedConnections: Int { get }
  /// One more client, for one of the listeners: for sessions in the clear, for TLS, and for those that share servers.
  func newClient(_ number: Int, _ listeners: [SimulatedListener]) -> any Participant
}

/// Clients that have a server each.
struct SessionCast: Cast {
  let fleet: SimulatedFleet
  private let writer: ScriptWriter

  /// `passesTLSOn` says whether some clients encrypt to their server, through the router.
  init(fleet: SimulatedFleet, passesTLSOn: Bool) {
    self.fleet = fleet
    writer = ScriptWriter(world: fleet.world, fleet: fleet, passesTLSOn: passesTLSOn)
  }

  var sharedConnections: Int { 0 }

  func newClient(_ number: Int, _ listeners: [SimulatedListener]) -> any Participant {
    let script = writer.anyClient()
    return SimulatedClient(
      number: number, fleet: fleet, script: script, listener: listeners[script.speaksTLS ? 1 : 0])
  }
}
