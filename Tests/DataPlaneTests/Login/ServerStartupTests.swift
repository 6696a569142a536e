import Testing
import Wire

@testable import DataPlane

@Suite("The startup packet for the server")
struct ServerStartupTests {
  /// The parameters of the packet that a server is sent.
  private func rewritten(
    _ parameters: [(String, String)], user: String, database: String, isReadOnly: Bool = false
  ) throws -> [String: String] {
    let login = Login(parameters)
    let packet = try ServerStartup.packet(
      login.message, in: login.packet.span.bytes, options: login.options,
      user: Array(user.utf8), database: Array(database.utf8).span.bytes, isReadOnly: isReadOnly)
    let decoded = try #require(try InitialPacket.decode(packet.span.bytes))
    #expect(decoded.byteCount == packet.count)
    guard case .startup(let message) = decoded.packet else {
      throw NotAStartup()
    }
    let pairs = message.parameters.map {
      (
        String(decoding: packet[$0.name], as: UTF8.self),
        String(decoding: packet[$0.value], as: UTF8.self)
      )
    }
    return Dictionary(pairs, uniquingKeysWith: { _, _ in "given twice" })
  }

  private struct NotAStartup: Error {}

  @Test("names the tenant's database and the user without the tenant, and keeps all else")
  func names() throws {
    let sent = try rewritten(
      [
        ("user", "john.acme"), ("database", "acme"), ("application_name", "psql"),
        ("replication", "database"), ("_pq_.unknown", "1"),
      ], user: "john", database: "acme_7")
    #expect(
      sent == [
        "user": "john", "database": "acme_7", "application_name": "psql",
        "replication": "database", "_pq_.unknown": "1",
      ])
  }

  @Test("names the database also where the client named none")
  func noDatabase() throws {
    let sent = try rewritten([("user", "john.acme")], user: "john", database: "acme")
    #expect(sent == ["user": "john", "database": "acme"])
  }

  @Test("has transactions begin read-only, whatever the client asks for")
  func readOnly() throws {
    let asked: [[(String, String)]] = [
      [], [("default_transaction_read_only", "off")],
      [("options", "-c default_transaction_read_only=off")],
      [("options", "--default-transaction-read-only=off -c geqo=off")],
    ]
    for asked in asked {
      let sent = try rewritten(
        [("user", "john")] + asked, user: "john", database: "acme", isReadOnly: true)
      #expect(sent["default_transaction_read_only"] == "on")
      #expect(sent["options"] == (asked.last?.1.contains("geqo") == true ? "-c geqo=off" : nil))
    }
    #expect(
      try rewritten(asked[1] + [("user", "john")], user: "john", database: "acme")[
        "default_transaction_read_only"] == "off")
  }

  @Test(
    "leaves the router's own settings out of the options, and no others",
    arguments: [
      ("-c shardway.tenant=acme", nil),
      ("-c shardway.tenant=acme -c statement_timeout=5s", "-c statement_timeout=5s"),
      ("-c work_mem=1MB -c shardway.consistency=eventual", "-c work_mem=1MB"),
      ("-c SHARDWAY.Tenant=acme -c work_mem=1MB", "-c work_mem=1MB"),
      ("-c shardwayed=1", "-c shardwayed=1"),
    ])
  func options(given: String, kept: String?) throws {
    let sent = try rewritten([("user", "u"), ("options", given)], user: "u", database: "d")
    #expect(settings(sent["options"]) == settings(kept))
  }

  /// The settings in an options text, however they are spelt.
  private func settings(_ options: String?) -> [StartupOptions.Setting] {
    StartupOptions(parsing: Array((options ?? "").utf8).span.bytes).settings
  }

  @Test("is refused when it would be longer than a server takes")
  func tooLong() {
    let long = String(repeating: "x", count: 9_900)
    let login = Login([("user", "u"), ("application_name", long)])
    #expect(throws: StartupPacketError.self) {
      try ServerStartup.packet(
        login.message, in: login.packet.span.bytes, options: login.options, user: Array("u".utf8),
        database: [UInt8](repeating: 0x61, count: 63).span.bytes)
    }
  }

  @Test("the last of several values of the router's settings counts, without case")
  func lastValue() {
    let login = Login([
      ("user", "u"), ("options", "-c shardway.tenant=a --Shardway-Tenant=b -cSHARDWAY.TENANT=c"),
    ])
    #expect(login.options.value(RouterOption.tenant) == Array("c".utf8))
    #expect(login.options.value(RouterOption.consistency) == nil)
  }
}
