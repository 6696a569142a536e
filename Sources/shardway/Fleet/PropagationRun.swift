internal import ControlClient
internal import LocalFleet
internal import MapExchange
internal import ShardMap

/// What a measurement of propagation has found.
struct PropagationFindings: Sendable {
  /// Commit → in use by the last worker, in microseconds, in the order of the changes.
  var times: [Int64]
  /// Tenants of the map.
  var tenants: Int
  /// Bytes of the last change as it travels.
  var deltaBytes: Int
  /// The longest time that a new map has kept a worker from its sessions, in microseconds.
  var longestPauseMicroseconds: UInt64
  /// The sidecar's memory in bytes, in the end and at most; nil when it can't be told.
  var sidecarMemory: (resident: Int, highest: Int)?
}

/// Makes changes on a fleet of its own and takes the time until a router uses each.
struct PropagationRun: Sendable {
  let fleet: FleetOptions
  let router: RouterOptions
  let changes: Int
  /// Tenants that are records only.
  let records: Int

  /// How long one change may take before the measurement is given up.
  private let patience: Duration = .seconds(120)

  init(fleet: FleetOptions, router: RouterOptions, changes: Int, records: Int) {
    self.fleet = fleet
    self.router = router
    self.changes = changes
    self.records = records
  }

  /// Makes the changes; `progress` is told how far it is.
  func run(
    _ progress: @escaping @Sendable (String) -> Void
  ) async throws -> PropagationFindings {
    let fleet = try await Fleet.start(fleet)
    do {
      try await load(fleet, progress)
      _ = try await fleet.startRouter(router)
      let findings = try await measure(fleet, progress)
      await fleet.stop()
      return findings
    } catch {
      await fleet.stop()
      throw error
    }
  }

  /// Creates the records, as many at a time as a transaction takes, and waits until they are published.
  private func load(_ fleet: Fleet, _ progress: @Sendable (String) -> Void) async throws {
    guard records > 0, let control = fleet.control else { return }
    let client = try control.client(.operator)
    var version: UInt64 = 0
    for first in stride(from: 0, to: records, by: ControlLimits.changes) {
      let batch = (first..<min(first + ControlLimits.changes, records)).map { number in
        ControlChange.put(
          ResourceKey(kind: .tenant, id: "record-\(number)"),
          fields: [
            "shard": .string(fleet.shards[0].id), "database": .string("record-\(number)"),
            "pool": .string("shared"), "policy": .string("standard"),
          ])
      }
      version = try await client.change(batch).mapVersion ?? version
      progress("\(first + batch.count) of \(records) records")
    }
    let deadline = ContinuousClock.now + patience
    while fleet.sidecar?.publishedVersion ?? 0 < version {
      guard ContinuousClock.now < deadline else {
        throw FleetError.control(reason: "the sidecar has not published version \(version)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func measure(
    _ fleet: Fleet, _ progress: @Sendable (String) -> Void
  ) async throws -> PropagationFindings {
    guard let sidecar = fleet.sidecar, let control = fleet.control else {
      throw FleetError.control(reason: "a fleet without a control plane has nothing to measure")
    }
    let page = try FreshnessPage.open(path: sidecar.pagePath)
    let client = try control.client(.operator)
    var times: [Int64] = []
    var newest: UInt64 = 0
    for number in 0..<changes {
      // Apart by a random time, so that changes meet the poll and the heartbeats at any moment.
      try await Task.sleep(for: .microseconds(Int64.random(in: 1000...20_000)))
      // Of a tenant that nobody uses: a record changes, and no session is disturbed by it.
      let state = number.isMultiple(of: 2) ? "suspended" : "active"
      let receipt = try await client.patch(
        ResourceKey(kind: .tenant, id: fleet.tenants[1].id), ["state": .string(state)])
      guard let version = receipt.mapVersion, let committed = receipt.committedAtMicroseconds
      else {
        throw FleetError.control(
          reason: "the control plane did not say when it committed, and in which map")
      }
      times.append(try await applied(version, page) - committed)
      newest = version
      progress("\(number + 1) of \(changes) changes")
    }
    return PropagationFindings(
      times: times, tenants: fleet.tenants.count + records,
      deltaBytes: try await client.delta(from: newest - 1)?.count ?? 0,
      longestPauseMicroseconds: page.routers.map { $0[.longestMapPauseMicroseconds] }.max() ?? 0,
      sidecarMemory: sidecar.memory)
  }

  /// When the router's last worker had taken a map of this version or a newer one, in microseconds
  /// since 1970.
  private func applied(_ version: UInt64, _ page: FreshnessPage) async throws -> Int64 {
    let deadline = ContinuousClock.now + patience
    while true {
      if let router = page.routers.first(where: { $0.appliedVersion >= version }) {
        return router.appliedAtWallMicroseconds
      }
      guard ContinuousClock.now < deadline else {
        throw FleetError.control(
          reason: "the router did not use map version \(version) within \(patience)")
      }
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}
