internal import Admission
internal import Hummingbird
internal import MapExchange

/// Shares of tenants' regional limits, and events of routers.
extension ControlAPI {
  var shareRoutes: [Route] {
    [
      Route(
        .get, "/v1/router-events", "listRouterEvents", role: .reader,
        "What routers have done or want, the oldest first; of many, the newest \(ControlLimits.routerEvents).",
        parameters: [
          .pageLimit(of: "Events"),
          .query(
            "after", "The sequence after which the page begins.", ["type": "integer", "minimum": 0]
          ),
        ], answers: [.json(.ok, "A page, and how many there were of each kind.", "RouterEventPage")]
      ) { try await routerEvents($0) }
    ]
  }

  private func routerEvents(_ call: Call) async throws -> Response {
    let limit = Int(
      try call.number(
        "limit", 1...Int64(ControlLimits.pageItems), Int64(ControlLimits.standardPageItems)))
    let found = try await leases.events(
      after: call.number("after", 0...Int64.max, 0), limit: limit + 1)
    let next = found.count > limit ? found[limit - 1].sequence : nil
    return .json([
      "items": .array(found.prefix(limit).map(\.body)), "next": next.map { .integer($0) } ?? .null,
      "counts": .object(try await leases.eventCounts().mapValues { .integer($0) }),
    ])
  }

  /// Keeps a router's events and tells it its shares.
  func answer(
    to status: RouterStatus, _ report: ShareReport, of router: String
  ) async throws -> JSONValue {
    try await leases.keep(status.events ?? [], of: router)
    let pool = status.pool ?? ""
    let grant = try await leases.grant(
      report, pool: pool, shape: try await shape(of: pool), leaseSeconds: status.leaseSeconds,
      at: .now())
    let tenants = grant.shares.tenants.map {
      (String(decoding: $0.key, as: UTF8.self), JSONValue.integer(Int64($0.value)))
    }
    return [
      "shares": [
        "grant": .integer(Int64(clamping: grant.number)),
        "standard": .integer(Int64(grant.shares.standard)),
        "tenants": .object(Dictionary(tenants, uniquingKeysWith: { one, _ in one })),
        "leaseSeconds": .integer(status.leaseSeconds),
      ], "eventsTaken": .integer(status.events?.map(\.number).max() ?? 0),
    ]
  }

  /// What the map says of a pool's routers; nothing of a pool that isn't there.
  private func shape(of pool: String) async throws -> PoolShape {
    guard !pool.isEmpty,
      let fields = try await store.resource(ResourceKey(kind: .pool, id: pool))?.record.fields
    else { return PoolShape() }
    return PoolShape(
      routers: (fields["routers"]?.elements ?? []).compactMap { $0.text.map { Array($0.utf8) } },
      routersPerTenant: Int(fields["routersPerTenant"]?.number ?? 0))
  }
}

extension JSONValue {
  /// A status as it is kept and shown: without what is of the moment, or kept elsewhere.
  var withoutTransients: JSONValue {
    guard case .object(var fields) = self else { return self }
    fields["demands"] = nil
    fields["events"] = nil
    return .object(fields)
  }
}
