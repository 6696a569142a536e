import RandomNumbers
import Routing
import ShardMap
import Testing
import Wire

@testable import DataPlane

@Suite("Texts that the router sends in the place of a client's")
struct RouterSQLTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static let values: [(value: String?, literal: String)] = [
    (nil, "NULL"), ("", "''"), ("acme", "'acme'"), ("o'neil", "'o''neil'"), ("''", "''''''"),
    ("'; DROP TABLE t; --", "'''; DROP TABLE t; --'"), (#"a\'b"#, "'a''b'"), (#"\"#, "''"),
    ("é", "'é'"),
  ]

  @Test("one row of texts, quoted", arguments: values)
  func select(value: String?, literal: String) {
    let sql = RouterSQL.select([("a", value), ("shardway.tenant", "t")])
    #expect(
      text(sql) == #"SELECT \#(literal)::text AS "a", 't'::text AS "shardway.tenant""# + "\0")
  }

  @Test("an unknown tier is told as an invalid value")
  func unknownTier() {
    #expect(
      text(RouterSQL.unknownTier(Array("it's".utf8)))
        == "DO $shardway$ BEGIN RAISE EXCEPTION USING ERRCODE = '22023', "
        + #"MESSAGE = 'invalid value for shardway.consistency: "it''s"', "#
        + "HINT = 'Available values: \(Consistency.forms).'; END $shardway$\0")
  }

  @Test("an unknown setting is told by its name")
  func unknownSetting() {
    let sql = text(RouterSQL.unknownSetting(Array("shardway.colour".utf8)))
    #expect(sql.contains("ERRCODE = '42704'"))
    #expect(sql.contains(#"MESSAGE = 'unrecognized setting of the router: "shardway.colour"'"#))
  }

  private static let constants = [
    RouterSQL.setDone, RouterSQL.deallocateNothing, RouterSQL.tooLateForTier,
  ]

  @Test("a text is one statement that ends with its terminator", arguments: constants)
  func fixed(sql: [UInt8]) {
    #expect(sql.last == 0 && sql.count { $0 == 0 } == 1)
    #expect(!StatementRecognizer.recognize(sql.span.bytes).isMultiple)
  }

  @Test(
    "whatever a client's bytes are, the text stays one statement of harmless characters",
    arguments: 0..<40 as Range<UInt64>)
  func quoting(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let harmful = Array("'\\$;\"\0-/*\n".utf8) + Array("$shardway$".utf8) + [0xC3, 0xFF, 0x7F]
    let value = (0..<Int.random(in: 0...100, using: &random)).map { _ in
      harmful.randomElement(using: &random) ?? 0
    }
    for sql in [RouterSQL.unknownTier(value), RouterSQL.unknownSetting(value)] {
      let text = text(sql)
      #expect(sql.last == 0 && sql.dropLast().allSatisfy { 0x20..<0x7F ~= $0 })
      #expect(!text.contains("\\"))
      #expect(text.split(separator: "$shardway$", omittingEmptySubsequences: false).count == 3)
      #expect(text.count { $0 == "$" } == 4 && text.count { $0 == "'" } % 2 == 0)
      #expect(sql.count < 400, "a long value is cut")
      #expect(!StatementRecognizer.recognize(sql.span.bytes).isMultiple)
    }
  }
}
