import Foundation
import LocalFleet
import Testing

/// Many clients that do nothing, beside few that work, on few server connections.
@Suite struct PooledIdleTests {
  private static let idleClients = 10_000
  private static let busyClients = 20
  private static let servers = 20
  /// What an idle client may take of the router's memory.
  private static let limitBytes = 6 * 1024
  /// With idle clients and without, so that what grows or fades with time meets both alike.
  private static let blocks = [false, true, true, false, false, true, true, false]
  private static let blockSeconds = 5

  @Test(
    .long,
    .enabled(
      if: DescriptorLimit.raise(to: idleClients + 1000),
      "needs a limit of \(idleClients + 1000) descriptors"))
  func `10,000 idle clients take little memory and don't slow 20 busy ones`() async throws {
    var options = FleetOptions.small
    options.replicasPerShard = 0
    try await withFleet(options) { fleet in
      let tenant = fleet.tenants[0]
      var options = World.pooled(workers: 1)
      options.pooling?.serversPerPool = Self.servers
      options.sections["limits"] = "{ clientConnections: \(Self.idleClients + 1000) }"
      let router = try await fleet.startRouter(options)
      let pgbench = PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: tenant))
      try await pgbench.run(["-i", "-q", "-s", "1"])
      let busy = BusyBlock(
        pgbench: pgbench, router: router, clients: Self.busyClients, seconds: Self.blockSeconds)
      // What is made once is made before anything is measured.
      _ = try await busy.run()

      var results: [(hasIdle: Bool, result: BusyBlock.Result)] = []
      var bytes = 0
      var idle: [BlockingClient] = []
      for (number, hasIdle) in Self.blocks.enumerated() {
        if !hasIdle { idle = [] }
        if hasIdle, idle.isEmpty {
          let before = try router.residentBytes
          idle = try await Self.connect(to: router, tenant)
          if bytes == 0 { bytes = (try router.residentBytes - before) / Self.idleClients }
        }
        let result = try await busy.run()
        results.append((hasIdle, result))
        print("block \(number + 1), \(idle.count) idle clients: \(result)")
      }
      let servers = try await fleet.queryDirectly(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'", tenant)
      print("an idle client takes \(bytes) bytes of \(Self.limitBytes); \(servers) servers")
      let ratios = Self.ratios(results)
      print(
        "with them ÷ without, neighbouring blocks: p50 \(ratios.p50), processor time"
          + " \(ratios.processorTime)")
      #expect(ratios.processorTime.sorted()[ratios.processorTime.count / 2] < 1.3)
      #expect(bytes < Self.limitBytes)
      #expect(Int(servers).map { $0 <= Self.servers } == true)
    }
  }

  /// Each block with idle clients as a multiple of its neighbour without: what else the machine does
  /// changes from minute to minute.
  private static func ratios(
    _ results: [(hasIdle: Bool, result: BusyBlock.Result)]
  ) -> (p50: [Double], processorTime: [Double]) {
    var ratios: (p50: [Double], processorTime: [Double]) = ([], [])
    for start in stride(from: 0, to: results.count - 1, by: 2) {
      let pair = results[start...start + 1].sorted { $0.hasIdle && !$1.hasIdle }.map(\.result)
      func ratio(_ figure: (BusyBlock.Result) -> Int) -> Double {
        (Double(figure(pair[0])) / Double(figure(pair[1])) * 100).rounded() / 100
      }
      ratios.p50.append(ratio(\.p50))
      ratios.processorTime.append(ratio(\.processorTime))
    }
    return ratios
  }

  /// Connects the idle clients, each of which asks something once, on a thread that may be held.
  private static func connect(
    to router: LocalRouter, _ tenant: FleetTenant
  ) async throws -> [BlockingClient] {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try connectBlocking(to: router, tenant) })
      }
    }
  }

  private static func connectBlocking(
    to router: LocalRouter, _ tenant: FleetTenant
  ) throws -> [BlockingClient] {
    try (0..<idleClients).map { number in
      let client = try BlockingClient(port: router.postgresPort, tenant: tenant.id)
      let answer = try client.query("SELECT \(number)")
      guard answer.rows == [["\(number)"]] else { throw Missing(what: "\(number)") }
      return client
    }
  }
}

/// `pgbench -S` for some seconds, and the latency of its transactions.
private struct BusyBlock {
  let pgbench: PgbenchRun
  let router: LocalRouter
  let clients: Int
  let seconds: Int

  struct Result: CustomStringConvertible {
    var perSecond: Double
    /// In microseconds.
    var p50: Int
    var p99: Int
    /// The router's processor time for a transaction, in nanoseconds: a busy machine changes it least.
    var processorTime: Int

    var description: String {
      "\(Int(perSecond)) tx/s, p50 \(p50) µs, p99 \(p99) µs, \(processorTime) ns of the router's"
        + " processor time a transaction"
    }
  }

  func run() async throws -> Result {
    let folder = "\(pgbench.fleet.path)/busy"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let before = try router.processorNanoseconds
    let report = try await pgbench.run([
      "-n", "-S", "-c", "\(clients)", "-T", "\(seconds)", "-l", "--log-prefix", "\(folder)/log",
    ])
    let spent = try router.processorNanoseconds - before
    guard report.contains("number of failed transactions: 0 "),
      let rate = report.firstMatch(of: /tps = ([0-9.]+)/).flatMap({ Double($0.1) })
    else { throw Missing(what: "a rate in \(report)") }
    var latencies: [Int] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      latencies += text.split(separator: "\n").compactMap { line in
        // client, transaction, latency, script, seconds, microseconds
        let fields = line.split(separator: " ")
        return fields.count > 2 ? Int(fields[2]) : nil
      }
    }
    latencies.sort()
    guard !latencies.isEmpty else { throw Missing(what: "latencies") }
    return Result(
      perSecond: rate, p50: latencies[latencies.count / 2],
      p99: latencies[latencies.count * 99 / 100], processorTime: spent / latencies.count)
  }
}

extension LocalRouter {
  /// What the router's threads have spent so far, in the kernel and outside.
  fileprivate var processorNanoseconds: Int {
    get throws {
      var clock = clockid_t()
      var time = timespec()
      guard clock_getcpuclockid(process.pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
        throw Missing(what: "the router's processor clock")
      }
      return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
  }

  /// The memory of the router's process that is in use.
  fileprivate var residentBytes: Int {
    get throws {
      let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
      guard let kibibytes = status.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap({ Int($0.1) })
      else { throw Missing(what: "VmRSS") }
      return kibibytes * 1024
    }
  }
}

/// The limit of open descriptors of this process, and of what it starts.
private enum DescriptorLimit {
  /// Raises the limit where that is allowed; whether there are that many now.
  static func raise(to count: Int) -> Bool {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit.rlim_cur >= rlim_t(count)
  }
}
