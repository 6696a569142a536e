import Foundation
import LocalFleet
import ShardMap
import Wire

extension Fleet {
  /// The instance that answers a new session of a tenant.
  func instance(of tenant: FleetTenant, through router: LocalRouter) async throws -> String {
    try await query("SHOW cluster_name", at: router.conninfo(to: tenant))
  }

  /// Whether a new session of a tenant is led to an instance; false also for one that was just being
  /// opened when the tenant moved. psql leaves the SQLSTATE out of what it was told before it asked
  /// anything, so that the text is looked for, too.
  func leads(
    _ tenant: FleetTenant, to instance: String, through router: LocalRouter
  ) async throws -> Bool {
    do {
      return try await self.instance(of: tenant, through: router) == instance
    } catch FleetError.command(_, _, let output)
      where output.contains("57P01") || output.contains("the tenant has moved")
    {
      return false
    }
  }

  /// What a new session of a tenant is refused with; nil when it is let in.
  func refusal(
    of tenant: String, by router: LocalRouter
  ) async throws -> ErrorResponse? {
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": "app", "database": tenant])
    guard let first = try await client.message(), first.type == "E" else { return nil }
    return try ErrorResponse.decode(first.body.span.bytes)
  }

  /// What `shardway-sidecar status --json` says.
  func sidecarStatus() async throws -> [String: Any] {
    guard let sidecar else { throw Missing(what: "a sidecar") }
    let text = try await sidecar.status(json: true)
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    guard let object else { throw Missing(what: "an object in \(text)") }
    return object
  }

  /// When the control plane last confirmed the map, in milliseconds since 1970.
  func confirmedAtMilliseconds() throws -> Int64 {
    guard let sidecar, let statement = try FreshnessPage.open(path: sidecar.pagePath).read() else {
      throw Missing(what: "a statement of the sidecar")
    }
    return statement.confirmedAtWallMilliseconds
  }
}

extension Date {
  /// Milliseconds since 1970.
  static var nowMilliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
