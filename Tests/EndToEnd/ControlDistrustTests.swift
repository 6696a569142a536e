import ControlClient
import Foundation
import LocalFleet
import Testing

/// The control plane says something that must not be believed: the map in use stays, and everybody
/// who asks is told why.
@Suite struct ControlDistrustTests {
  @Test func `a map sealed by an unknown key is refused`() async throws {
    try await withFleet(.controlled) { fleet in
      let control = try #require(fleet.control)
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      await control.stop()
      try await control.replaceSigningKey()
      try await control.start()
      let receipt = try await fleet.moveTenantRecord(fleet.tenants[0], to: "s2")
      try await expectRefusal("unknown-key", in: fleet)

      let version = try #require(receipt.mapVersion)
      #expect(try #require(fleet.sidecar?.publishedVersion) < version)
      #expect(try await fleet.instance(of: fleet.tenants[0], through: router) == "s1-a")
    }
  }

  @Test func `a control plane that was restored from an older copy is not followed back`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      let control = try #require(fleet.control)
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      await control.stop()
      try control.backUpStore()
      try await control.start()
      let receipt = try await fleet.moveTenantRecord(fleet.tenants[0], to: "s2")
      let version = try #require(receipt.mapVersion)
      try await fleet.awaitPublished(version)

      await control.stop()
      try control.restoreStore()
      try await control.start()
      try await expectRefusal("older-version", in: fleet)
      #expect(fleet.sidecar?.publishedVersion == version)
      try await eventually("the newer map is still in use") {
        try await fleet.leads(fleet.tenants[0], to: "s2-a", through: router)
      }

      // It catches up: its own changes lead beyond the map in use, and are believed again.
      for shard in ["s2", "s1", "s2", "s1"] {
        try await fleet.moveTenantRecord(fleet.tenants[0], to: shard)
      }
      try await eventually("the map of the restored control plane, once it is newer") {
        try await fleet.leads(fleet.tenants[0], to: "s1-a", through: router)
      }
    }
  }

  @Test func `a control plane whose certificate no trusted authority has signed is not asked`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      let sidecar = try #require(fleet.sidecar)
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      await sidecar.stop()
      let text = try String(contentsOfFile: sidecar.configurationPath, encoding: .utf8)
      // Without the section, the system's authorities are trusted, who don't know the fleet's own.
      let lines = text.split(separator: "\n").filter { !$0.hasPrefix("tls:") }
      try lines.joined(separator: "\n").write(
        toFile: sidecar.configurationPath, atomically: true, encoding: .utf8)
      try await sidecar.start()
      let receipt = try await fleet.moveTenantRecord(fleet.tenants[0], to: "s2")
      try await eventually("the certificate is named in the sidecar's status") {
        let fault = try await fleet.sidecarStatus()["lastError"] as? [String: Any]
        return (fault?["text"] as? String)?.lowercased().contains("certificate") == true
      }
      #expect(try #require(sidecar.publishedVersion) < #require(receipt.mapVersion))
      #expect(try await fleet.instance(of: fleet.tenants[0], through: router) == "s1-a")
    }
  }

  /// The sidecar's log, its status, and the control plane's list of routers say the code.
  private func expectRefusal(_ code: String, in fleet: Fleet) async throws {
    try await eventually("\(code) in the sidecar's log") {
      fleet.sidecar?.log.contains(code) == true
    }
    try await eventually("\(code) in the sidecar's status") {
      let fault = try await fleet.sidecarStatus()["lastError"] as? [String: Any]
      return fault?["code"] as? String == code
    }
    try await eventually("\(code) in the control plane's list of routers") {
      let routers = try await fleet.asked { client throws(ControlClientError) in
        try await client.routers()
      }
      return routers.contains { $0["sidecarRefusal"]?["code"]?.string == code }
    }
  }
}
