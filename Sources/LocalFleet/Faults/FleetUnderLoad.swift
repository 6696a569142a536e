/// A fleet with a router whose parts are broken on purpose, and mended.
///
/// ```swift
/// let servers = FleetUnderLoad(fleet, router: router)
/// let fault = try await servers.stopControlPlane()
/// …
/// try await fault.end()
/// await servers.settle()
/// await fleet.stop()
/// ```
///
/// One fault at a time may break one thing: a second one is refused. A call that is cancelled, or
/// fails, leaves nothing behind that the fleet's end can't clean up.
public actor FleetUnderLoad {
  /// Who is what to a shard now.
  public struct ShardServers: Sendable {
    /// The server that takes writes.
    public internal(set) var primary: PostgresServer
    /// The servers that follow it, in the map's order.
    public internal(set) var replicas: [PostgresServer]
  }

  /// What mends a fault.
  typealias Mend = @Sendable () async throws(FleetError) -> Void

  /// The fleet.
  public nonisolated let fleet: Fleet
  /// The router that runs now; a restart puts another one in its place, on the same ports.
  public internal(set) var router: LocalRouter
  private var servers: [String: ShardServers]
  private var broken: Set<FaultInForce.Subject> = []
  private var mends: [FaultInForce.Subject: Mend] = [:]
  /// What goes on by itself while a fault is in force.
  private var turns: [FaultInForce.Subject: Task<Void, Never>] = [:]

  /// A fleet as it was started, with its only router.
  public init(_ fleet: Fleet, router: LocalRouter) {
    self.fleet = fleet
    self.router = router
    servers = Dictionary(
      uniqueKeysWithValues: fleet.shards.map {
        ($0.id, ShardServers(primary: $0.primary, replicas: $0.replicas))
      })
  }

  /// Who is what to a shard now.
  ///
  /// - Throws: `FleetError.fault` when the fleet has no such shard.
  public func servers(of shard: String) throws(FleetError) -> ShardServers {
    guard let servers = servers[shard] else {
      let known = fleet.shards.map(\.id).joined(separator: ", ")
      throw .fault("shard \(shard)", reason: "the fleet has only \(known)")
    }
    return servers
  }

  /// Changes who is what to a shard.
  func setServers(of shard: String, _ now: ShardServers) { servers[shard] = now }

  /// Ends what goes on by itself, and leaves the rest as broken as it is: before `Fleet.stop`, behind
  /// which nothing must come back.
  public func settle() async {
    for subject in turns.keys { await endTurns(subject) }
  }

  /// Does something again and again while a fault is in force.
  func takeTurns(_ subject: FaultInForce.Subject, _ turn: @escaping @Sendable () async -> Void) {
    turns[subject] = Task { while !Task.isCancelled { await turn() } }
  }

  /// Returns when the last turn is over.
  func endTurns(_ subject: FaultInForce.Subject) async {
    guard let task = turns.removeValue(forKey: subject) else { return }
    task.cancel()
    await task.value
  }

  /// Breaks something that is whole, for a while.
  ///
  /// - Parameters:
  ///   - subject: what no other fault may have broken.
  ///   - break: breaks it; what it returns mends it.
  /// - Returns: what ends it.
  /// - Throws: `FleetError.fault` when another fault has it; what `break` throws.
  func begin(
    _ subject: FaultInForce.Subject, _ break: () async throws(FleetError) -> Mend
  ) async throws(FleetError) -> FaultInForce {
    try claim(subject)
    do {
      mends[subject] = try await `break`()
    } catch {
      broken.remove(subject)
      throw error
    }
    return FaultInForce(fleet: self, subject: subject)
  }

  /// Mends what a fault has broken.
  func mend(_ subject: FaultInForce.Subject) async throws(FleetError) {
    // Taken out at once: who comes second finds nothing to do.
    guard let mend = mends.removeValue(forKey: subject) else { return }
    defer { broken.remove(subject) }
    try await mend()
  }

  private func claim(_ subject: FaultInForce.Subject) throws(FleetError) {
    guard broken.insert(subject).inserted else {
      throw .fault(subject.title, reason: "another fault has it; let that one end before")
    }
  }
}
