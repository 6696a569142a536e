import Admission
import DataPlane
import Glibc
import Routing
import ShardMap
import Testing

@Suite("A router's end of the exchange of shares")
struct ShareExchangeTests {
  /// An exchange with a clock, a map and what a sidecar would write and read.
  private final class Bench {
    let folder: TemporaryFolder
    let outbox = RouterOutbox()
    var exchange: ShareExchange
    private var now = MonotonicTime(nanoseconds: 5_000_000_000)
    private(set) var map: CompiledMap
    static let router: UInt64 = 0xab

    init(pool: String = "shared", routers: [String] = []) throws {
      folder = try TemporaryFolder()
      map = try Self.map(routers: routers, version: 1, in: folder)
      exchange = ShareExchange(
        tenants: TenantDirectory(workers: 2), outbox: outbox, pool: pool, name: "r1",
        wallMicroseconds: 1000)
    }

    private static func map(
      routers: [String], version: UInt64, in folder: TemporaryFolder
    ) throws -> CompiledMap {
      var map = MapBuilder(mapVersion: version, issuedAt: 0)
      _ = try map.addPool(id: "shared", dedicated: false, routers: routers)
      _ = try map.addPool(
        id: "shuffled", dedicated: false, routers: (1...8).map { "r\($0)" }, routersPerTenant: 2)
      try map.publish(to: folder.map)
      return try CompiledMap.open(path: folder.map)
    }

    func publish(routers: [String], version: UInt64) throws {
      map = try Self.map(routers: routers, version: version, in: folder)
    }

    func connect() { exchange.connect(page: folder.page, routerID: Self.router) }

    /// A look after so long.
    @discardableResult
    func look(after time: Duration = .seconds(1)) -> [ShareExchange.Finding] {
      now = now.advanced(byNanoseconds: UInt64(time / .nanoseconds(1)))
      return exchange.look(at: map, now: now, wallMilliseconds: 9)
    }

    var reportFile: ExchangeFile {
      ExchangeFile(page: folder.page, routerID: Self.router, .report)
    }
    var sharesFile: ExchangeFile {
      ExchangeFile(page: folder.page, routerID: Self.router, .shares)
    }
    var report: RouterReport? {
      reportFile.read().flatMap { try? RouterReport(encoded: $0) }
    }
  }

  @Test(
    "Without a sidecar's word it goes by an equal part of its pool, as the map names it",
    arguments: [
      ("", [], 1_000_000), ("shared", [], 1_000_000), ("shared", ["r1", "r2", "r3"], 333_333),
      ("other", ["r1", "r2"], 1_000_000), ("shuffled", [], 500_000),
    ] as [(String, [String], UInt32)])
  func bootstrap(pool: String, routers: [String], share: UInt32) throws {
    let bench = try Bench(pool: pool, routers: routers)
    guard case .bootstrap(let found)? = bench.look().first else {
      Issue.record("no share")
      return
    }
    #expect(found == share)
    #expect(bench.look().isEmpty)
    bench.connect()
    bench.look()
    #expect(bench.report?.standard == share && bench.report?.grant == 0)
    #expect(bench.report?.pool == pool && bench.report?.name == "r1")
  }

  @Test("A map with other routers changes that part, until the control plane has granted one")
  func mapChange() throws {
    let bench = try Bench(routers: ["r1", "r2"])
    bench.connect()
    bench.look()
    #expect(bench.report?.standard == 500_000)
    try bench.publish(routers: ["r1", "r2", "r3", "r4"], version: 2)
    bench.look()
    #expect(bench.report?.standard == 250_000)
    try bench.sharesFile.replace(with: GrantedShares(grant: 8, standard: 400_000).encoded)
    bench.look()
    try bench.publish(routers: ["r1", "r2"], version: 3)
    #expect(bench.look().isEmpty)
    #expect(bench.report?.standard == 400_000 && bench.report?.grant == 8)
  }

  @Test(
    "What is granted is in force at once, is told so at once, and stays when nothing more is heard")
  func granting() throws {
    let bench = try Bench()
    bench.connect()
    bench.look()
    let acme = Array("acme".utf8)
    try bench.sharesFile.replace(
      with: GrantedShares(grant: 5, standard: 500_000, tenants: [acme: 900_000]).encoded)
    guard case .granted(let shares)? = bench.look(after: .milliseconds(1)).first else {
      Issue.record("nothing granted")
      return
    }
    #expect(shares.tenants == [acme: 900_000])
    #expect(bench.report?.grant == 5 && bench.report?.standard == 500_000)
    bench.sharesFile.remove()
    for _ in 0..<100 { #expect(bench.look().isEmpty) }
    #expect(bench.report?.grant == 5)
  }

  @Test("Shares of an earlier process of the router are not in force")
  func leftOver() throws {
    let bench = try Bench()
    let left = GrantedShares(grant: 5, standard: 900_000)
    try bench.sharesFile.replace(with: left.encoded)
    bench.connect()
    bench.look()
    #expect(bench.report?.grant == 0 && bench.report?.standard == 1_000_000)
    // The same again, after the router's start.
    try bench.sharesFile.replace(with: left.encoded)
    bench.look()
    #expect(bench.report?.grant == 5)
  }

  @Test("A damaged file is told of and changes nothing")
  func damage() throws {
    let bench = try Bench()
    bench.connect()
    try bench.sharesFile.replace(with: GrantedShares(grant: 5, standard: 500_000).encoded)
    bench.look()
    let next = GrantedShares(grant: 6, standard: 100_000).encoded
    for count in [0, 10, next.count - 1] {
      try bench.sharesFile.replace(with: Array(next.prefix(count)))
      guard case .unreadable? = bench.look().first else {
        Issue.record("\(count) bytes are read")
        return
      }
      #expect(bench.report?.grant == 5)
    }
    try bench.sharesFile.replace(with: next)
    bench.look()
    #expect(bench.report?.grant == 6)
  }

  @Test("The report is written once a second at most, and only when it says something new")
  func pace() throws {
    let bench = try Bench()
    bench.connect()
    bench.look()
    let first = bench.reportFile.stamp
    #expect(first != nil)
    for _ in 0..<5 { bench.look() }
    #expect(bench.reportFile.stamp == first)
    bench.outbox.put(RouterEvent(kind: .overload, text: "memory"))
    bench.look(after: .milliseconds(500))
    #expect(bench.reportFile.stamp == first)
    bench.look(after: .milliseconds(500))
    #expect(bench.report?.events.map(\.text) == ["memory"])
    // Whoever removed it sees it again.
    bench.reportFile.remove()
    bench.look()
    #expect(bench.report?.events.map(\.number) == [1000])
    bench.exchange.close()
    #expect(bench.reportFile.stamp == nil)
  }

  @Test("Events are told until the sidecar says that they are taken")
  func events() throws {
    let bench = try Bench()
    bench.connect()
    for text in ["a", "b", "c"] { bench.outbox.put(RouterEvent(kind: .modeEntered, text: text)) }
    bench.look()
    #expect(bench.report?.events.map(\.text) == ["a", "b", "c"])
    try bench.sharesFile.replace(with: GrantedShares(eventsTaken: 1001).encoded)
    bench.look()
    #expect(bench.report?.events.map(\.text) == ["c"] && bench.report?.grant == 0)
  }

  @Test("Where nothing can be written it says so once, and once more when it can again")
  func unwritable() throws {
    let bench = try Bench()
    bench.exchange.connect(page: bench.folder.path + "/none/page", routerID: 1)
    guard case .unwritable? = bench.look().last else {
      Issue.record("written")
      return
    }
    #expect(bench.look().isEmpty)
    #expect(mkdir(bench.folder.path + "/none", 0o700) == 0)
    guard case .writable? = bench.look().last else {
      Issue.record("not written")
      return
    }
    ExchangeFile(page: bench.folder.path + "/none/page", routerID: 1, .report).remove()
    #expect(rmdir(bench.folder.path + "/none") == 0)
  }
}
