import Files
@testable import ShardMap
import Testing

@Suite("The files that a router and its sidecar exchange")
struct ExchangeFormTests {
  private static let report = RouterReport(
    pool: "premium-1", name: "r1", grant: 1_790_000_000_000, standard: 500_000,
    demands: [
      .init(tenant: Array("acme".utf8), wanted: 2_000_000, share: 500_000),
      .init(tenant: [0, 32, 37, 255, 10], wanted: 0, share: 0),
      .init(tenant: Array("-".utf8), wanted: .max, share: 1_000_000),
    ],
    events: [
      .init(
        number: .max, atMilliseconds: -1, kind: "move-requested", tenant: "acme", shard: "s1",
        text: "75 % of the time\nof \"s1\" – p95 2 ms"),
      .init(number: 1, atMilliseconds: 5, kind: "overload"),
    ], eventsDropped: 3)
  private static let shares = GrantedShares(
    grant: 7, standard: 333_333,
    tenants: [Array("acme".utf8): 0, Array("b c".utf8): 1_000_000, [37]: 20], eventsTaken: .max)

  @Test("A report and shares are read as they were written")
  func roundTrip() throws {
    #expect(try RouterReport(encoded: Self.report.encoded) == Self.report)
    #expect(try RouterReport(encoded: RouterReport().encoded) == RouterReport())
    #expect(try GrantedShares(encoded: Self.shares.encoded) == Self.shares)
    #expect(try GrantedShares(encoded: GrantedShares().encoded) == GrantedShares())
  }

  @Test("The same shares are the same bytes, in whatever order their tenants came")
  func canonical() {
    let names = (0..<200).map { Array("t\($0)".utf8) }
    let one = GrantedShares(tenants: Dictionary(uniqueKeysWithValues: names.map { ($0, 5) }))
    let other = GrantedShares(
      tenants: Dictionary(uniqueKeysWithValues: names.reversed().map { ($0, 5) }))
    #expect(one.encoded == other.encoded)
  }

  @Test("A file that is cut anywhere, or of which one bit is different, is not used")
  func damage() {
    for whole in [Self.report.encoded, Self.shares.encoded] {
      func isRead(_ bytes: [UInt8]) -> Bool {
        (try? RouterReport(encoded: bytes)) != nil || (try? GrantedShares(encoded: bytes)) != nil
      }
      #expect(isRead(whole))
      for count in 0..<whole.count { #expect(!isRead(Array(whole[..<count])), "cut at \(count)") }
      for bit in 0..<8 * whole.count {
        var bytes = whole
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(!isRead(bytes), "bit \(bit)")
      }
      #expect(!isRead(whole + whole))
    }
  }

  @Test("What a newer program adds is skipped; what can't be right is refused with its line")
  func versions() throws {
    func file(_ title: String, _ body: String) -> [UInt8] {
      Self.signed("\(title)\n\(body)")
    }
    let title = "shardway-router-shares 1"
    let newer = file(title, "colour blue\nshares 3 500000 soon\ntenant acme 9 10\n")
    #expect(
      try GrantedShares(encoded: newer)
        == GrantedShares(grant: 3, standard: 500_000, tenants: [Array("acme".utf8): 9]))
    for (body, line) in [
      ("shares 3\n", 2), ("events 1\nshares 3 1000001\n", 3), ("tenant a b\n", 2),
      ("tenant  5\n", 2), ("tenant %zz 5\n", 2), ("tenant %4 5\n", 2), ("events -1\n", 2),
    ] {
      #expect(throws: ExchangeFileError.badLine(line), "\(body)") {
        try GrantedShares(encoded: file(title, body))
      }
    }
    #expect(throws: ExchangeFileError.unknownFormat) {
      try GrantedShares(encoded: file("shardway-router-shares 2", ""))
    }
    #expect(throws: ExchangeFileError.unknownFormat) {
      try RouterReport(encoded: Self.shares.encoded)
    }
  }

  @Test("Files are bounded: the longest that can be written is read, and a longer one is not")
  func bounds() throws {
    var report = RouterReport(pool: String(repeating: "%", count: 63))
    report.demands = (0..<1000).map {
      .init(tenant: Array(repeating: UInt8($0 % 256), count: 63), wanted: .max, share: .max)
    }
    report.events = (0..<100).map {
      .init(
        number: .max, atMilliseconds: .min, kind: "tenant-quarantined",
        tenant: String(repeating: "\u{1}", count: 63), shard: String(repeating: "\u{1}", count: 63),
        text: String(repeating: "\u{1}", count: 1000 + $0))
    }
    let read = try RouterReport(encoded: report.encoded)
    #expect(read.demands == Array(report.demands.prefix(RouterExchangeLimits.tenants)))
    #expect(read.events.count == RouterExchangeLimits.events)
    #expect(
      read.events.allSatisfy { $0.text.utf8.count == RouterExchangeLimits.eventTextBytes })
    let long = Self.signed(
      "shardway-router-shares 1\n"
        + String(repeating: "x", count: RouterExchangeLimits.fileBytes) + "\n")
    #expect(throws: ExchangeFileError.tooLong) { try GrantedShares(encoded: long) }
  }

  @Test("A file is replaced as a whole, has another stamp then, and goes with its router")
  func files() throws {
    let folder = try FreshFolder("shardmap-test")
    let page = folder.path + "/map.page"
    let report = ExchangeFile(page: page, routerID: 0xab, .report)
    #expect(report.path == page + ".router-00000000000000ab.report")
    #expect(report.read() == nil && report.stamp == nil)
    try report.replace(with: Self.report.encoded)
    let first = report.stamp
    #expect(report.read() == Self.report.encoded && first != nil)
    let held = try #require(report.read())
    try report.replace(with: RouterReport().encoded)
    #expect(report.stamp != first)
    #expect(try RouterReport(encoded: held) == Self.report)
    let shares = ExchangeFile(page: page, routerID: .max, .shares)
    try shares.replace(with: Self.shares.encoded)
    let other = ExchangeFile(page: page + "2", routerID: 1, .shares)
    try other.replace(with: Self.shares.encoded)
    let late = ExchangeFile(page: page, routerID: 0xcd, .report)
    ExchangeFile.removeAll(besidePage: page) {
      // A router that comes while the folder is looked through.
      try? late.replace(with: Self.report.encoded)
      return [.max]
    }
    #expect(report.read() == nil && shares.read() != nil && other.read() != nil)
    #expect(late.read() == Self.report.encoded)
    shares.remove()
    #expect(shares.read() == nil)
  }

  /// A file with this beginning and its checksum: what a program of another version may write.
  private static func signed(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    let digits = String(Checksum.of(bytes), radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    return bytes + Array("end \(padded)\n".utf8)
  }
}
