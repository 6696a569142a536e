import Foundation
import LocalFleet
import Testing

/// Probes of real servers.
@Suite struct ProbeTests {
  @Test func `probes log in with a password, and prove that a replica is fresh`() async throws {
    try await withFleet(.small) { fleet in
      let secret = try fleet.write(FleetRole.passwordText + "\n", to: "probe.password")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
      var options = World.pooled(workers: 1)
      options.sections["probes"] =
        "{ user: \(FleetRole.password), passwordFile: \"\(secret)\", interval: 100ms }"
      let router = try await fleet.startRouter(options)
      let client = try PsqlSession(
        router.conninfo(to: fleet.tenants[0]).setting("shardway.consistency", "bounded:1s"),
        in: fleet)
      try await eventually("the replica is proven to be within the bound") {
        try await client.query("SHOW shardway.route").hasPrefix("s1-b|")
      }
    }
  }
}
