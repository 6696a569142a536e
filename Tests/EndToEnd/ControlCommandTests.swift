import Foundation
import LocalFleet
import MapDocument
import Testing

/// `shardway` as a person uses it, with a real control plane.
@Suite struct ControlCommandTests {
  /// Runs `shardway` with the control plane in its environment.
  private func shardway(
    _ arguments: String..., in fleet: Fleet, as role: LocalControl.Role = .admin
  ) async throws -> CommandResult {
    let control = try #require(fleet.control)
    var launch = Launch(World.shardwayExecutable, arguments)
    launch.environment["SHARDWAY_CONTROL"] = control.url
    launch.environment["SHARDWAY_CA"] = control.certificatePath
    launch.environment["SHARDWAY_TOKEN_FILE"] = control.tokenFile(role)
    return try await Command.result(of: launch)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `resources are listed, created, changed and deleted`() async throws {
    try await withFleet(.controlled) { fleet in
      let created = try await shardway(
        "tenant", "set", "gale", "shard=s1", "database=gale", "pool=shared", "policy=standard",
        "--why", "a test", in: fleet)
      #expect(created.status.isSuccess, "\(created.errorOutput)")
      #expect(created.output.hasPrefix("tenant/gale created, version 1"))

      let moved = try await shardway("tenant", "set", "gale", "shard=s2", "--json", in: fleet)
      #expect(try object(moved.output)["version"] as? Int == 2)
      let tenant = try object(
        try await shardway("tenant", "get", "gale", "--json", in: fleet).output)
      #expect(tenant["shard"] as? String == "s2" && tenant["generation"] as? Int == 2)
      #expect(tenant["database"] as? String == "gale")

      let list = try await shardway("tenant", "list", "--where", "shard=s2", in: fleet).output
      #expect(list.contains("gale") && list.contains("birch") && !list.contains("acme"))
      let deleted = try await shardway("tenant", "delete", "gale", in: fleet)
      #expect(deleted.status.isSuccess)
      #expect(try await shardway("tenant", "get", "gale", in: fleet).status == .exited(code: 1))
    }
  }

  @Test func `what the control plane refuses is told with what to do about it`() async throws {
    try await withFleet(.controlled) { fleet in
      let stale = try await shardway(
        "tenant", "set", "acme", "shard=s2", "--if-version", "99", in: fleet)
      #expect(stale.status == .exited(code: 1))
      #expect(stale.errorOutput.contains("HTTP 412"))
      let reader = try await shardway("pool", "set", "x", "dedicated=true", in: fleet, as: .reader)
      #expect(reader.status == .exited(code: 1))
      #expect(reader.errorOutput.contains("token with a higher role"))
      let nowhere = try await shardway("tenant", "set", "acme", "shard=s9", in: fleet)
      #expect(nowhere.status == .exited(code: 1) && nowhere.errorOutput.contains("s9"))
      let used = try await shardway("shard", "delete", "s1", in: fleet)
      #expect(used.status == .exited(code: 1))
      await fleet.stopControl()
      let gone = try await shardway("tenant", "list", in: fleet)
      #expect(gone.status == .exited(code: 2))
      #expect(gone.errorOutput.contains("can't be reached"))
    }
  }

  @Test func `events, routers, the map and advice are read`() async throws {
    try await withFleet(.controlled) { fleet in
      _ = try await fleet.startRouter(World.routerOptions(workers: 1))
      // A change counts for the propagation once the router has said which map it used before.
      try await eventually("the router in the list, with its map") {
        let list = try await shardway("routers", "list", "--json", in: fleet).output
        let rows = try? JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]]
        return rows?.contains { $0["applied"] is [String: Any] } == true
      }
      #expect(
        try await shardway("routers", "list", in: fleet).output.contains("local-sidecar"))
      try await fleet.moveTenantRecord(fleet.tenants[0], to: "s2", why: "a test")
      let events = try await shardway(
        "events", "tail", "--from", "1", "--no-follow", in: fleet)
      #expect(events.status.isSuccess, "\(events.errorOutput)")
      let lines = events.output.split(separator: "\n")
      #expect(try #require(lines.first).hasPrefix("1  "))
      #expect(try #require(lines.last).contains("tenant/acme updated  by admin: a test"))

      let control = try #require(fleet.control)
      let file = "\(fleet.path)/pulled.json"
      let pulled = try await shardway(
        "map", "pull", "--trusted-key", control.publicKeyPath, "-o", file, in: fleet)
      #expect(pulled.status.isSuccess, "\(pulled.errorOutput)")
      let document = try MapDocument.decode(Array(Data(contentsOf: URL(fileURLWithPath: file))))
      #expect(document.tenants.first { $0.id == "acme" }?.shard == "s2")
      #expect(document.validate().isEmpty)
      let stranger = "\(fleet.path)/stranger.pub"
      try Data("shardway-public-key:\(Data(repeating: 7, count: 32).base64EncodedString())".utf8)
        .write(to: URL(fileURLWithPath: stranger))
      let distrusted = try await shardway("map", "pull", "--trusted-key", stranger, in: fleet)
      #expect(distrusted.status == .exited(code: 2))

      // On a busy machine a change may take longer than the window: others are made until most
      // did not.
      var next = "s1"
      try await eventually("a propagation to advise from") {
        let advice = try await shardway(
          "ttl", "advise", "--window", "20s", "--at-most", "1/2", "--json", in: fleet)
        if advice.status.isSuccess { return true }
        try await fleet.moveTenantRecord(fleet.tenants[0], to: next)
        next = next == "s1" ? "s2" : "s1"
        return false
      }
    }
  }
}
