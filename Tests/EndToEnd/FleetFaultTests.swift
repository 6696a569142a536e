import ControlClient
import Foundation
import LocalFleet
import MapExchange
import Testing

/// What a load test breaks in a fleet, and mends.
@Suite struct FleetFaultTests {
  @Test func `a control plane is stopped, slowed and flaps, a sidecar killed, and all come back`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      let (control, sidecar) = (try #require(fleet.control), try #require(fleet.sidecar))
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let servers = FleetUnderLoad(fleet, router: router)

      let stopped = try await servers.stopControlPlane()
      #expect(!control.isRunning)
      await #expect(throws: FleetError.self) { try await servers.flapControlPlane() }
      try await stopped.end()
      #expect(control.isRunning)

      let slow = try await servers.slowControlPlane()
      try await eventually("it stands still") { try fleet.stateOfControlPlane() == "T" }
      try await eventually("it runs") { try fleet.stateOfControlPlane() != "T" }
      try await slow.end()
      #expect(try fleet.stateOfControlPlane() != "T")

      let flapping = try await servers.flapControlPlane()
      for _ in 0..<2 {
        try await eventually("it is away") { !control.isRunning }
        try await eventually("it is there") { control.isRunning }
      }
      try await flapping.end()
      #expect(control.isRunning)

      let killed = try await servers.killSidecar()
      #expect(!sidecar.isRunning)
      try await killed.end()
      // Ended twice: nothing is left to do.
      try await killed.end()
      #expect(sidecar.isRunning)
      try await servers.moveTenant(fleet.tenants[0].id, to: "s2")
      try await eventually("the move is in force") {
        try await fleet.leads(fleet.tenants[0], to: "s2-a", through: router)
      }
    }
  }

  @Test func `a program that stands still does not outlive its fleet`() async throws {
    var options = FleetOptions.small
    options.replicasPerShard = 0
    let program = try await withFleet(options) { fleet in
      let program = try fleet.start(Launch("sleep", ["1000"]), name: "sleeper")
      try await eventually("it runs") {
        // It begins as the shell that becomes it.
        try String(contentsOfFile: "/proc/\(program.pid)/comm", encoding: .utf8) == "sleep\n"
          && stateOfProcess(program.pid) == "S"
      }
      program.signal(SIGSTOP)
      try await eventually("it stands still") { try stateOfProcess(program.pid) == "T" }
      await fleet.stop()
      return program
    }
    // It was told, and could hear it: what does not stop is killed after five seconds.
    #expect(await program.wait(upTo: .seconds(60)) == .signalled(SIGTERM))
  }

  /// A router whose clients wait for a new primary for as long as that takes.
  private static var patientRouter: RouterOptions {
    var options = World.pooled(workers: 1, .trust, ["failoverWindow": "10m"])
    options.sections["timeouts"] = "{ login: 10m }"
    return options
  }

  @Test func `a killed primary is replaced in the map, and comes back as a replica`() async throws {
    var options = FleetOptions.controlled
    (options.shards, options.replicasPerShard) = (1, 2)
    try await withFleet(options) { fleet in
      let router = try await fleet.startRouter(Self.patientRouter)
      let servers = FleetUnderLoad(fleet, router: router)
      let tenant = fleet.tenants[0]
      let killed = try await servers.killPrimary(of: "s1")
      let now = try await servers.servers(of: "s1")
      #expect(!fleet.shards[0].primary.isRunning)
      try await eventually("sessions are led to the new primary") {
        try await fleet.leads(tenant, to: now.primary.instance, through: router)
      }
      #expect(try await fleet.recorded("s1") == [now.primary, now.replicas[0]].map(\.instance))
      try await fleet.waitUntilFollows(now.primary)

      try await killed.end()
      let after = [now.primary, now.replicas[0], fleet.shards[0].primary]
      #expect(try await fleet.recorded("s1") == after.map(\.instance))
      _ = try await fleet.query("CREATE TABLE seen ()", at: router.conninfo(to: tenant))
      for replica in after.dropFirst() {
        try await eventually("\(replica.instance) has what the new primary writes") {
          try await fleet.query(
            "SELECT count(*) FROM pg_class WHERE relname = 'seen'",
            at: replica.superuserConninfo(database: tenant.database)) == "1"
        }
      }
    }
  }

  @Test func `without a control plane a primary is replaced, too, and a tenant moves`()
    async throws
  {
    var options = FleetOptions()
    options.tenants = 2
    try await withFleet(options) { fleet in
      var routerOptions = Self.patientRouter
      // Ports that no outgoing connection takes while the router is stopped.
      routerOptions.postgresPort = try LoopbackPort.free()
      routerOptions.tlsPort = try LoopbackPort.free()
      let router = try await fleet.startRouter(routerOptions)
      let servers = FleetUnderLoad(fleet, router: router)
      let tenant = fleet.tenants[0]
      let killed = try await servers.killPrimary(of: "s1")
      // It has no replica until the old primary is back.
      await #expect(throws: FleetError.self) { try await servers.pauseReplay(of: "s1") }
      try await eventually("sessions are led to the new primary") {
        try await fleet.leads(tenant, to: "s1-b", through: router)
      }
      try await killed.end()
      let paused = try await servers.pauseReplay(of: "s1")
      let state = "SELECT pg_get_wal_replay_pause_state()"
      let old = fleet.shards[0].primary.superuserConninfo()
      try await eventually("the old primary has stopped replaying") {
        try await fleet.query(state, at: old) == "paused"
      }
      try await paused.end()
      #expect(try await fleet.query(state, at: old) == "not paused")

      try await servers.moveTenant(tenant.id, to: "s2")
      try await eventually("the move is in force") {
        try await fleet.leads(tenant, to: "s2-a", through: router)
      }
      try await servers.stopRouter().end()
      let restarted = await servers.router
      #expect(restarted.postgresPort == router.postgresPort)
      #expect(restarted.process.pid != router.process.pid)
      #expect(try await fleet.leads(tenant, to: "s2-a", through: restarted))
    }
  }

  @Test func `what the fleet has not is told`() async throws {
    let fleet = try await World.fleet
    let servers = FleetUnderLoad(fleet, router: try await World.router)
    await #expect(throws: FleetError.self) { try await servers.stopControlPlane() }
    await #expect(throws: FleetError.self) { try await servers.killSidecar() }
    await #expect(throws: FleetError.self) { try await servers.killPrimary(of: "s9") }
    await #expect(throws: FleetError.self) { try await servers.moveTenant("nobody", to: "s1") }
    await #expect(throws: FleetError.self) { try await servers.moveTenant("acme", to: "s9") }
  }
}

extension Fleet {
  /// The process id of the control plane, from the file that the fleet's guardian reads.
  fileprivate func processOfControlPlane() throws -> Int32 {
    let line = try String(contentsOfFile: "\(path)/processes/control", encoding: .utf8)
    guard let id = line.split(separator: " ").first.flatMap({ Int32($0) }) else {
      throw Missing(what: "a process id in \(line)")
    }
    return id
  }

  /// Its state.
  fileprivate func stateOfControlPlane() throws -> Substring {
    try stateOfProcess(processOfControlPlane())
  }

  /// The primary and the replicas of a shard by the control plane's records.
  fileprivate func recorded(_ shard: String) async throws -> [String] {
    let fields = try await asked { client throws(ControlClientError) in
      try await client.get(ResourceKey(kind: .shard, id: shard)).fields
    }
    return ([fields["primary"]] + (fields["replicas"]?.array ?? [])).compactMap { $0?.string }
  }
}

/// A process's state as /proc tells it: `S` when it waits, `T` when it stands still.
func stateOfProcess(_ process: Int32) throws -> Substring {
  let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
  // After the name, which is in parentheses.
  return stat.split(separator: ")").last?.split(separator: " ").first ?? ""
}
