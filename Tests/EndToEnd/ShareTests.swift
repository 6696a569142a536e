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
  /// The longest that a load lasts; it ends when it has been measured.
  private static let seconds = 300
  /// The spans that may be measured until one of them shows what was to be reached.
  private static let spans = 12

  @Test func `a tenant has its whole limit wherever its load is, and never more over both`()
    async throws
  {
    try await withFleet(.sharing) { fleet in
      let pool = try await SharedPool.start(in: fleet, rate: Self.rate)
      for busy in [[0], [0, 1], [1]] {
        try await pool.load(
          busy, atLeast: 0.9 * Double(Self.rate), atMost: 1.1 * Double(Self.rate)
        ) {
          busy.allSatisfy { pool.shares[$0] >= 900_000 / busy.count }
        }
        #expect(pool.shares.reduce(0, +) <= 1_000_000)
      }
    }
  }

  @Test func `while the control plane is away shares stay as they are, and so does their sum`()
    async throws
  {
    try await withFleet(.sharing) { fleet in
      let pool = try await SharedPool.start(in: fleet, rate: Self.rate)
      try await pool.load([0]) { pool.shares[0] >= 900_000 }
      await fleet.control?.kill()
      let before = try await pool.settledShares()
      for busy in [[1], [0], [0, 1]] {
        // What the routers that are busy hold.
        let held = busy.reduce(0) { $0 + before[$1] }
        let limit = Double(Self.rate * held) / 1_000_000
        try await pool.load(busy, atMost: 1.1 * limit + 10) { true }
        #expect(pool.shares == before)
      }
      try await fleet.startControl()
      try await pool.load([1]) { pool.shares[1] >= 900_000 }
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
              "maxDelay": .string("60s"),
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

    /// The parts of the tenant's limit that the routers go by, in parts per million, as they were
    /// at one moment.
    var shares: [Int] {
      // One file is read after the other, and a part may move in between: not if all are still as
      // they were.
      var (before, now) = (sharesOneByOne, sharesOneByOne)
      while now != before { (before, now) = (now, sharesOneByOne) }
      return now
    }

    private var sharesOneByOne: [Int] {
      ids.map { id in
        let file = ExchangeFile(page: page, routerID: id, .shares)
        let shares = file.read().flatMap { try? GrantedShares(encoded: $0) }
        return Int(shares?.tenants[Array(tenant.id.utf8)] ?? shares?.standard ?? 0)
      }
    }

    /// Those parts, once nothing that was under way changes them any more.
    func settledShares() async throws -> [Int] {
      var (settled, since) = (shares, ContinuousClock.now)
      try await eventually(within: .seconds(180), "shares that stay as they are") {
        let now = shares
        if now != settled { (settled, since) = (now, .now) }
        // Longer than the sidecar waits for the answer to a report.
        return since.duration(to: .now) >= .seconds(12)
      }
      return settled
    }

    /// Loads routers together with all that they take, and expects so many transactions a second
    /// from when `isSettled`: in no span of some seconds more than `most`, and `least` in one of
    /// them.
    func load(
      _ busy: [Int], atLeast least: Double = 0, atMost most: Double = .infinity,
      once isSettled: @escaping @Sendable () -> Bool
    ) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for router in busy {
          group.addTask { try await load(routers[router]) }
        }
        try await eventually("the shares follow a load on \(busy)") { isSettled() }
        var (best, spans) = (0.0, 0)
        repeat {
          let first = try await sample
          // The span that is measured, not something that is waited for.
          try await Task.sleep(for: .seconds(5))
          let last = try await sample
          let count = last.count - first.count
          // It took that long at most, and that long at least.
          let lowest = count / (last.after - first.before)
          #expect(
            lowest <= most,
            "\(lowest) transactions/s on \(busy) of \(most), with the shares \(shares)")
          best = max(best, count / (last.before - first.after))
          spans += 1
        } while best < least && spans < ShareTests.spans
        #expect(
          best >= least, "\(best) transactions/s on \(busy) at best, with the shares \(shares)")
        group.cancelAll()
        try await group.waitForAll()
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

    /// How many there were so far, and between which two moments that was so: by the server's
    /// clock, since the question takes its time.
    private var sample: (before: Double, count: Double, after: Double) {
      get async throws {
        let now = "SELECT extract(epoch FROM clock_timestamp());"
        let answer = try await fleet.queryDirectly(
          "\(now) SELECT last_value FROM share; \(now)", tenant)
        let numbers = answer.split(separator: "\n").compactMap { Double($0) }
        guard numbers.count == 3 else { throw Missing(what: "three numbers in \(answer)") }
        return (numbers[0], numbers[1], numbers[2])
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
