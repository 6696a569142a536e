import LocalFleet
import Testing

/// A mode as an operator orders it, from the command to a client's write.
@Suite struct ModeCommandTests {
  @Test
  func `a shard is read-only for as long as was ordered, also while the control plane is away`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 1))
      let tenant = fleet.tenants[0]
      let conninfo = router.conninfo(to: tenant)
      let client = try PsqlSession(conninfo, in: fleet)
      _ = try await client.query("CREATE TABLE kept (number int)")
      try await Self.orderReadOnly(tenant.shard, for: "10m", in: fleet)
      try await client.waitFor(mode: "read-only", "map-shard")
      let first = try await client.mode()
      #expect(first[2].hasSuffix("UTC") && first[3] == "an index is built", "\(first)")
      await fleet.stopControl()
      let write = try await Command.result(
        of: fleet.psql("INSERT INTO kept VALUES (1)", at: conninfo))
      #expect(!write.status.isSuccess)
      #expect(write.errorOutput.contains("read-only transaction"), "\(write.errorOutput)")
      #expect(try await client.query("SELECT count(*) FROM kept") == "0")

      // Another end, which comes soon: nothing has to be done before it any more.
      try await fleet.startControl()
      try await Self.orderReadOnly(tenant.shard, for: "5s", in: fleet)
      try await eventually("the other end") { try await client.mode()[2] != first[2] }
      await fleet.stopControl()
      try await client.waitFor(mode: "normal", "none")
      _ = try await client.query("INSERT INTO kept VALUES (2)")
      #expect(try await client.query("SELECT number FROM kept") == "2")
    }
  }

  private static func orderReadOnly(
    _ shard: String, for time: String, in fleet: Fleet
  ) async throws {
    let control = try #require(fleet.control)
    var order = Launch(
      World.shardwayExecutable,
      ["shard", "mode", shard, "read-only", "--for", time, "--why", "an index is built"])
    order.environment["SHARDWAY_CONTROL"] = control.url
    order.environment["SHARDWAY_CA"] = control.certificatePath
    order.environment["SHARDWAY_TOKEN_FILE"] = control.tokenFile(.admin)
    let ordered = try await Command.result(of: order)
    #expect(ordered.status.isSuccess, "\(ordered.errorOutput)")
  }
}
