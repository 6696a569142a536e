import Foundation
import LocalFleet
import Testing

/// Data that doesn't fit a buffer, in both directions.
@Suite struct TransferTests {
  private static let rows = 400_000

  @Test func `COPY out and COPY in move every row unchanged`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let (source, target) = (try fleet.tenant("acme"), try fleet.tenant("birch"))
    _ = try await fleet.query(
      """
      CREATE TABLE copied AS
        SELECT id, md5(id::text) AS text FROM generate_series(1, \(Self.rows)) AS id
      """, at: router.conninfo(to: source))
    _ = try await fleet.query(
      "CREATE TABLE copied (id bigint, text text)", at: router.conninfo(to: target))
    try await Command.run(
      fleet.pipeline([
        fleet.launch(
          "psql", ["-X", "-c", "COPY copied TO STDOUT", router.conninfo(to: source).text]),
        fleet.launch(
          "psql", ["-X", "-c", "COPY copied FROM STDIN", router.conninfo(to: target).text]),
      ]))
    let sum = "SELECT count(*), sum(id), md5(string_agg(text, '' ORDER BY id)) FROM copied"
    let expected = try await fleet.queryDirectly(sum, source)
    #expect(expected.hasPrefix("\(Self.rows)|"))
    #expect(try await fleet.queryDirectly(sum, target) == expected)
  }

  @Test func `a failed COPY leaves the session usable`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let launch = fleet.psql(
      """
      \\set ON_ERROR_STOP 0
      CREATE TEMP TABLE numbers (number int);
      COPY numbers FROM STDIN;
      1
      two
      \\.
      SELECT count(*) FROM numbers;
      """, at: router.conninfo(to: fleet.tenants[2]))
    let result = try await Command.result(of: launch)
    #expect(result.errorOutput.contains("22P02"))
    #expect(result.output == "0\n")
  }

  @Test(arguments: [1 << 20, 8 << 20, 32 << 20])
  func `a large row arrives whole`(byteCount: Int) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let answer = try await fleet.query(
      "SELECT repeat('0123456789abcdef', \(byteCount / 16))",
      at: router.conninfo(to: fleet.tenant("cedar")))
    #expect(answer.utf8.count == byteCount)
    #expect(answer == String(repeating: "0123456789abcdef", count: byteCount / 16))
  }

  @Test func `a large statement arrives whole`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let text = String(repeating: "shardway", count: 1 << 20)
    let answer = try await fleet.query(
      "SELECT length(text), md5(text) = md5(repeat('shardway', \(1 << 20)))"
        + " FROM (SELECT '\(text)' AS text) AS statement",
      at: router.conninfo(to: fleet.tenant("cedar")))
    #expect(answer == "\(8 << 20)|t")
  }

  @Test func `pg_dump piped into psql copies a tenant's database`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let (source, target) = (try fleet.tenant("ember"), try fleet.tenant("fjord"))
    _ = try await fleet.query(
      """
      CREATE SCHEMA shop;
      CREATE TABLE shop.orders (id int PRIMARY KEY, note text NOT NULL, total numeric(10, 2));
      INSERT INTO shop.orders
        SELECT id, repeat(chr(64 + id % 26), 100), id / 7.0 FROM generate_series(1, 20000) AS id;
      CREATE INDEX ON shop.orders (note);
      CREATE VIEW shop.totals AS SELECT note, sum(total) FROM shop.orders GROUP BY note;
      """, at: router.conninfo(to: source))
    try await Command.run(
      fleet.pipeline([
        fleet.launch("pg_dump", ["--schema=shop", "-d", router.conninfo(to: source).text]),
        fleet.launch(
          "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", router.conninfo(to: target).text]),
      ]))
    let sum = """
      SELECT count(*), sum(total), md5(string_agg(note, '' ORDER BY id)),
        (SELECT count(*) FROM shop.totals) FROM shop.orders
      """
    let expected = try await fleet.queryDirectly(sum, source)
    #expect(expected.hasPrefix("20000|"))
    #expect(try await fleet.queryDirectly(sum, target) == expected)
  }
}

extension Fleet {
  /// Commands joined by pipes, of which every one must succeed.
  fileprivate func pipeline(_ launches: [Launch]) -> Launch {
    let line = launches.map(\.commandLine).joined(separator: " | ")
    var launch = Launch("bash", ["-c", "set -o pipefail; \(line)"])
    launch.environment = launches[0].environment
    return launch
  }
}
