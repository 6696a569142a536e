import ControlClient
import Foundation
import LocalFleet
import MapExchange
import ShardMap
import Testing

/// Two routers of one pool, and a tenant whose limit counts over both.
@Suite(.serialized) struct ShareTests {
  private static let rate = 200
  private static let clients = 16
  /// The longest that a load lasts; it ends when five seconds of it are measured.
  private static let seconds = 120

  @Test func `a tenant has its whole limit wherever its load is, and never more over both`()
    async throws
  {
    try await withFleet(.sharing) { fleet in
      let pool = try await SharedPool.start(in: fleet, rate: Self.rate)
      for busy in [[0], [0, 1], [1]] {
        let measured = try await pool.rate(on: busy) {
          busy.allSatisfy { pool.shares[$0] >= 900_000 / busy.count }
        }
        #expect(
          abs(measured - Double(Self.rate)) <= 0.1 * Double(Self.rate),
          "\(measured) transactions/s on \(busy), with the shares \(pool.shares)")
        #expect(pool.shares.reduce(0, +) <= 1_000_000)
      }
    }
  }

  @Test func `while the control plane is away shares stay as they are, and so does their sum`()
    async throws
  {
    try await withFleet(.sharing) { fleet in
      let pool = try await SharedPool.start(in: fleet, rate: Self.rate)
      _ = try await pool.rate(on: [0]) { pool.shares[0] >= 900_000 }
      await fleet.control?.kill()
      let before = try await pool.settledShares()
      for busy in [[1], [0], [0, 1]] {
        let measured = try await pool.rate(on: busy) { true }
        // What the routers that are busy hold.
        let held = busy.reduce(0) { $0 + pool.shares[$1] }
        let limit = Double(Self.rate * held) / 1_000_000
        #expect(measured <= 1.1 * limit + 10, "\(measured) transactions/s on \(busy) of \(limit)")
        #expect(pool.shares == before)
      }
      try await fleet.startControl()
      _ = try await pool.rate(on: [1]) { pool.shares[1] >= 900_000 }
    }
  }

  /// The routers, and what they hold of the tenant's limit.
  private struct SharedPool {
    let fleet: Fleet
    let routers: [LocalRouter]
    private let ids: [UInt64]
    private let page: String
    private let script: String

    static func start(in fleet: Fleet, rate: Int) async throws -> SharedPool {
      let receipt = try await fleet.asked { client throws(ControlClientError) in
        try await client.patch(
          ResourceKey(kind: .pool, id: "shared"),
          ["routers": .array([.string("r0"), .string("r1")])])
        return try await client.patch(
          ResourceKey(kind: .policy, id: "standard"),
          [
            "envelope": .object([
              "transactionsPerSecond": .integer(Int64(rate)), "burst": .integer(10),
              "maxDelay": .string("5s"),
            ])
          ])
      }
      try await fleet.awaitPublished(receipt.mapVersion ?? 0)
      guard let page = fleet.sidecar?.pagePath else { throw Missing(what: "a sidecar") }
      var routers: [LocalRouter] = []
      var ids: [UInt64] = []
      for name in ["r0", "r1"] {
        var options = World.pooled(workers: 1)
        options.sections["pool"] = "{ id: shared, router: \(name) }"
        routers.append(try await fleet.startRouter(options, name: name))
        try await eventually("\(name) is in the page") {
          let known = try FreshnessPage.open(path: page).routers.map(\.routerID)
          ids += known.filter { !ids.contains($0) }
          return ids.count == routers.count
        }
      }
      _ = try await fleet.queryDirectly(
        "CREATE SEQUENCE share; GRANT ALL ON SEQUENCE share TO PUBLIC", fleet.tenants[0])
      return SharedPool(
        fleet: fleet, routers: routers, ids: ids, page: page,
        script: try fleet.write("SELECT nextval('share');\n", to: "share.sql"))
    }

    var tenant: FleetTenant { fleet.tenants[0] }

    /// The parts of the tenant's limit that the routers go by, in parts per million.
    var shares: [Int] {
      ids.map { id in
        let file = ExchangeFile(page: page, routerID: id, .shares)
        let shares = file.read().flatMap { try? GrantedShares(encoded: $0) }
        return Int(shares?.tenants[Array(tenant.id.utf8)] ?? shares?.standard ?? 0)
      }
    }

    /// Those parts, once nothing that was under way changes them any more.
    func settledShares() async throws -> [Int] {
      var (settled, since) = (shares, ContinuousClock.now)
      try await eventually(within: .seconds(60), "shares that stay as they are") {
        let now = shares
        if now != settled { (settled, since) = (now, .now) }
        return since.duration(to: .now) >= .seconds(2)
      }
      return settled
    }

    /// Transactions a second of routers that are loaded together with all that they take, over some
    /// seconds from when `isSettled`.
    func rate(
      on busy: [Int], once isSettled: @escaping @Sendable () -> Bool
    ) async throws -> Double {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for router in busy {
          group.addTask { try await load(routers[router]) }
        }
        try await eventually(within: .seconds(60), "the shares follow a load on \(busy)") {
          isSettled()
        }
        let first = try await transactions
        // The span that is measured, not something that is waited for.
        try await Task.sleep(for: .seconds(5))
        let last = try await transactions
        group.cancelAll()
        try await group.waitForAll()
        return (last.count - first.count) / (last.seconds - first.seconds)
      }
    }

    /// Loads a router with all that it takes until the task is cancelled.
    private func load(_ router: LocalRouter) async throws {
      do {
        try await PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: tenant)).run(
          ["-n", "-c", "\(ShareTests.clients)", "-T", "\(ShareTests.seconds)", "-f", script])
      } catch FleetError.cancelled {
        // Measured.
      }
    }

    /// How many there were so far, and when: by the server's clock, since the question takes its time.
    private var transactions: (count: Double, seconds: Double) {
      get async throws {
        let answer = try await fleet.queryDirectly(
          "SELECT last_value, extract(epoch FROM clock_timestamp()) FROM share", tenant)
        let numbers = answer.split(separator: "|").compactMap { Double($0) }
        guard numbers.count == 2 else { throw Missing(what: "two numbers in \(answer)") }
        return (numbers[0], numbers[1])
      }
    }
  }
}

extension FleetOptions {
  /// One shard and one tenant, under a control plane.
  fileprivate static var sharing: FleetOptions {
    var options = FleetOptions.controlled
    options.shards = 1
    options.tenants = 1
    return options
  }
}
