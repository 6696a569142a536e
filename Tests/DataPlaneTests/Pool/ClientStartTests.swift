import Pooling
import Testing
import Wire

@testable import DataPlane

@Suite("What a pooled client says when it starts")
struct ClientStartTests {
  private func start(_ parameters: [(String, String)], user: String = "john") -> ClientStart {
    let login = Login([("user", user + ".acme")] + parameters)
    return ClientStart(
      login.message, in: login.packet.span.bytes, options: login.options, user: Array(user.utf8))
  }

  /// The parameters of the packet that a server is sent, in their order.
  private func sent(_ start: ClientStart, database: String = "acme_7") throws -> [String] {
    let packet = try start.packetForServer(database: Array(database.utf8).span.bytes)
    let decoded = try #require(try InitialPacket.decode(packet.span.bytes))
    #expect(decoded.byteCount == packet.count)
    guard case .startup(let message) = decoded.packet else {
      Issue.record("no start-up packet")
      return []
    }
    #expect(message.protocolVersion == .v3_0)
    return message.parameters.map {
      let name = String(decoding: packet[$0.name], as: UTF8.self)
      return "\(name)=\(String(decoding: packet[$0.value], as: UTF8.self))"
    }
  }

  private func settings(_ start: ClientStart) -> [String] {
    start.settings.map {
      "\($0.parameter)=\(String(decoding: $0.value, as: UTF8.self))"
    }
  }

  /// What a client gives, what follows it, and what its servers are told besides user and database.
  private static let starts: [(given: [(String, String)], follows: [String], atServer: [String])] =
    [
      ([], [], []),
      ([("database", "acme")], [], []),
      ([("application_name", "psql")], ["applicationName=psql"], []),
      (
        [("TimeZone", "UTC"), ("client_encoding", "UTF8"), ("DATESTYLE", "ISO")],
        ["timeZone=UTC", "clientEncoding=UTF8", "dateStyle=ISO"], []
      ),
      ([("statement_timeout", "5s")], [], ["statement_timeout=5s"]),
      (
        [("client_encoding", "UTF8"), ("work_mem", "1MB"), ("_pq_.x", "1")],
        ["clientEncoding=UTF8"], ["work_mem=1MB", "_pq_.x=1"]
      ),
      // Not all servers report these: a link would not be known to have them.
      (
        [("search_path", "a"), ("options", "-c default_transaction_read_only=on")], [],
        ["search_path=a", "options=-c default_transaction_read_only=on"]
      ),
      ([("shardway.tenant", "acme"), ("shardway.consistency", "strong")], [], []),
      ([("options", "-c shardway.tenant=acme")], [], []),
      (
        [("options", "-c TimeZone=UTC -c work_mem=1MB -c shardway.consistency=strong")],
        ["timeZone=UTC"], ["options=-c work_mem=1MB"]
      ),
      ([("options", "-d 5 -e --geqo=off")], [], ["options=-d 5 -e -c geqo=off"]),
      // As at the server: what is a parameter of its own counts more than what stands in the options.
      (
        [("application_name", "late"), ("options", "-c application_name=early")],
        ["applicationName=early", "applicationName=late"], []
      ),
      ([("replication", "false")], [], []),
    ]

  @Test(
    "settings that servers report follow the client; the rest is told at the start",
    arguments: starts)
  func parameters(given: [(String, String)], follows: [String], atServer: [String]) throws {
    let start = start(given)
    #expect(settings(start) == follows)
    #expect(try sent(start) == ["user=john", "database=acme_7"] + atServer)
    #expect(!start.isReplication)
  }

  @Test("clients that differ only in what follows them share connections")
  func sharing() throws {
    let database = Array("acme".utf8)
    let packets = try ["UTC", "Europe/Paris"].map {
      try start([("TimeZone", $0), ("application_name", $0)])
        .packetForServer(database: database.span.bytes)
    }
    let other = try start([("work_mem", "1MB")]).packetForServer(database: database.span.bytes)
    #expect(packets[0] == packets[1] && packets[0] != other)
  }

  @Test(
    "the replication protocol is known by what a server takes for it",
    arguments: [
      ("true", true), ("database", true), ("on", true), ("1", true), ("YES", true), ("t", true),
      ("false", false), ("off", false), ("of", false), ("0", false), ("No", false), ("F", false),
      // What a server would refuse is not pooled.
      ("", true), ("o", true), ("falsee", true), ("00", true),
    ])
  func replication(value: String, isReplication: Bool) {
    #expect(start([("replication", value)]).isReplication == isReplication)
  }

  @Test("the router says of itself who it is, and nothing else")
  func router() throws {
    let start = ClientStart(user: Array("auth".utf8))
    #expect(settings(start).isEmpty && !start.isReplication)
    #expect(try sent(start, database: "postgres") == ["user=auth", "database=postgres"])
  }

  @Test("a name that no packet can carry is refused")
  func longName() {
    let user = String(repeating: "u", count: PostgresLimits.startupPacketBytes)
    #expect(throws: StartupPacketError.self) {
      try ClientStart(user: Array(user.utf8)).packetForServer(database: [97].span.bytes)
    }
  }
}
