import Authentication
import Testing
import Wire

@testable import AdminConsole

@Suite("A connection of the admin console")
struct SessionTests {
  /// Pieces in which the same bytes come.
  static let cuts = [Int.max, 1, 2, 3, 5, 7, 64]
  private typealias C = Conversation

  // MARK: Login

  @Test("answers N to requests for encryption, and lets a user in who is trusted", arguments: cuts)
  func trust(cut: Int) {
    var client = C(cut: cut)
    client.send([0, 0, 0, 8, 4, 210, 22, 47] + [0, 0, 0, 8, 4, 210, 22, 48])
    #expect(client.output == Array("NN".utf8))
    client.send(C.startup("olga"))
    #expect(client.events == ["in olga"])
    #expect(client.output.suffix(6) == [0x5A, 0, 0, 0, 5, 0x49])
    client.send(C.message("X"))
    #expect(client.isClosed)
  }

  @Test("tells a client of a newer protocol which one is spoken", arguments: cuts)
  func newerProtocol(cut: Int) {
    var client = C(cut: cut)
    client.send(C.startup("olga", version: 2))
    #expect(client.types.hasPrefix("vRSSS") && client.types.hasSuffix("KZ"))
  }

  @Test("knows one database only, and says where tenants are")
  func otherDatabase() {
    var client = C()
    client.send(C.startup("olga", database: "acme"))
    #expect(client.messages == ["E FATAL 3D000 database \"acme\" does not exist"])
    #expect(client.isClosed)
  }

  @Test("refuses strangers, where users are trusted by name")
  func stranger() {
    var client = C()
    client.send(C.startup("mallory"))
    #expect(
      client.messages == ["E FATAL 28000 user \"mallory\" may not use the admin console"])
    #expect(client.events == ["out mallory false"] && client.isClosed)
  }

  /// Logs in by SCRAM; what the client knows then.
  private static func scram(_ user: String, _ password: String, cut: Int) -> Conversation {
    var client = C(C.scram, cut: cut)
    var login = ServerLogin(
      user: Array(user.utf8), credential: .password(Array(password.utf8)),
      clientNonce: Array(1..<19))
    client.send(C.startup(user))
    var read = 0
    while read + 5 <= client.output.count, !client.isClosed {
      let length = client.output[read + 1..<read + 5].reduce(0) { $0 << 8 | Int($1) }
      let body = Array(client.output[read + 5..<read + 1 + length])
      let action = try? login.receive(type: client.output[read], body: body.span.bytes)
      read += 1 + length
      if case .send(let answer)? = action { client.send(answer) }
    }
    return client
  }

  @Test("lets those in who prove that they know their password", arguments: cuts)
  func scramLogin(cut: Int) {
    let client = Self.scram("olga", "olga!", cut: cut)
    #expect(client.events == ["in olga"])
    #expect(client.messages.last == "ZI")
  }

  @Test(
    "tells nobody whether the user or the password was wrong",
    arguments: [("olga", "wrong"), ("mallory", "any"), ("gone", "gone!")])
  func wrongPassword(user: String, password: String) {
    let client = Self.scram(user, password, cut: .max)
    #expect(client.events == ["out \(user) true"])
    #expect(
      client.messages.last
        == "E FATAL 28P01 password authentication failed for user \"\(user)\"")
    #expect(client.types == "RRE" && client.isClosed)
  }

  @Test("lets nobody try who has tried too often, when it connects and when it proves")
  func throttled() {
    var early = C(C.scram)
    early.wait = .seconds(3)
    early.send(C.startup("olga"))
    #expect(early.messages == ["E FATAL 28000 too many wrong passwords"])
    var late = C(C.scram)
    late.send(C.startup("olga"))
    late.wait = .seconds(3)
    late.send(C.message("p", Array("SCRAM-SHA-256\0\0\0\0\u{1}n".utf8)))
    #expect(late.messages.last == "E FATAL 28000 too many wrong passwords" && late.isClosed)
  }

  @Test("a request to cancel is passed on with its key", arguments: cuts)
  func cancelRequest(cut: Int) {
    var client = C(cut: cut)
    client.send([0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 7, 1, 2, 3, 4])
    #expect(client.events == ["cancel 7 [1, 2, 3, 4]"] && client.isClosed)
  }

  static let nonsense: [[UInt8]] = [
    [0, 0, 0, 3], [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 9, 0, 2, 0, 0, 0],
    [0, 0, 0, 8, 0, 3, 0, 0], [0, 0, 0, 9, 0, 3, 0, 0, 0],
  ]

  @Test("ends at a start that makes no sense", arguments: nonsense)
  func nonsenseAtStart(bytes: [UInt8]) {
    var client = C(cut: 1)
    client.send(bytes)
    #expect(client.types == "E" && client.isClosed)
  }

  // MARK: Simple queries

  @Test("tells tables with their columns, rows and tag", arguments: cuts)
  func table(cut: Int) {
    var client = C.loggedIn(cut: cut)
    client.outcome = { _ in .rows([["0", "12", nil], ["all", "3", "4"]], notices: ["so it is"]) }
    client.send(C.query("SHOW STATS"))
    #expect(
      client.messages == [
        "N NOTICE 00000 so it is", "T", "D 0|12|-", "D all|3|4", "C SHOW", "ZI",
      ])
    #expect(client.runs == ["olga: show(AdminConsole.AdminTable.stats, like: nil)"])
  }

  @Test("answers what it knows itself without asking anybody")
  func ownAnswers() {
    var client = C.loggedIn(as: "sven")
    client.send(C.query("SHOW VERSION; SET x = 1; SHOW HELP;"))
    #expect(client.messages.first == "T" && client.messages[1] == "D Shardway test")
    #expect(client.messages.contains("C SET") && client.messages.last == "ZI")
    #expect(client.runs.isEmpty)
  }

  @Test("runs the statements of a query one after the other, up to the first that fails")
  func severalStatements() {
    var client = C.loggedIn()
    client.outcome = { statement in
      statement == .order(.reload) ? .error(.configFileError, "no") : .done(notices: ["it was"])
    }
    client.send(C.query("PAUSE; RELOAD; RESUME"))
    #expect(
      client.messages == [
        "N NOTICE 00000 it was", "C PAUSE", "E ERROR F0000 no", "ZI",
      ])
    #expect(client.runs.count == 2)
    client.send(C.query(""))
    #expect(client.messages.suffix(2) == ["I", "ZI"])
  }

  @Test("what comes while a statement runs waits, and is read then", arguments: cuts)
  func waiting(cut: Int) {
    var client = C.loggedIn(cut: cut)
    client.outcome = { _ in nil }
    client.send(C.query("PAUSE") + C.query("SHOW VERSION") + C.message("X"))
    #expect(client.output.isEmpty && !client.isClosed && client.session.inputCount > 0)
    #expect(client.session.running == .order(.pause(.all)))
    client.finish(.done())
    #expect(client.types == "CZTDCZ" && client.isClosed)
  }

  @Test("a query that can't be read is told with its place in characters", arguments: cuts)
  func syntaxError(cut: Int) {
    var client = C.loggedIn(cut: cut)
    client.send(C.query("SHOW /*größe*/ NOTHING") + C.query("SHOW VERSION"))
    #expect(
      client.messages.prefix(2) == [
        "E ERROR 42601 there is nothing to show of the name \"NOTHING\"@16", "ZI",
      ])
    #expect(client.messages.last == "ZI" && client.types == "EZTDCZ")
  }

  @Test("lets users of statsUsers look, and change nothing")
  func statsUser() {
    var client = C.loggedIn(as: "sven")
    for order in ["PAUSE", "RESUME", "KILL 0.0.1", "KILL TENANT a", "RELOAD"] {
      client.send(C.query(order))
    }
    #expect(client.runs.isEmpty)
    #expect(client.types == "EZEZEZEZEZ")
    #expect(client.messages[0] == "E ERROR 42501 user \"sven\" may not PAUSE")
    client.outcome = { _ in .rows([]) }
    client.send(C.query("SHOW POOLS"))
    #expect(client.runs.count == 1)
  }

  @Test("plays along with drivers that begin transactions by themselves")
  func transactions() {
    var client = C.loggedIn()
    client.send(C.query("BEGIN") + C.query("SHOW VERSION") + C.query("COMMIT"))
    #expect(client.messages.filter { $0.hasPrefix("Z") } == ["ZT", "ZT", "ZI"])
    #expect(client.messages.filter { $0.hasPrefix("C") } == ["C BEGIN", "C SHOW", "C COMMIT"])
  }

  // MARK: The extended protocol

  private static func parse(_ text: String, name: String = "") -> [UInt8] {
    C.message("P", Array("\(name)\0\(text)\0\0\0".utf8))
  }

  private static func bind(_ name: String = "", formats: [UInt8] = []) -> [UInt8] {
    let wanted: [UInt8] = [0, UInt8(formats.count)] + formats.flatMap { [0, $0] as [UInt8] }
    return C.message("B", Array("\0\(name)\0".utf8) + [0, 0, 0, 0] + wanted)
  }

  private static let execute = C.message("E", [0, 0, 0, 0, 0])
  private static let sync = C.message("S")

  @Test("runs statements of the extended protocol, named or not", arguments: cuts, ["", "s1"])
  func extended(cut: Int, name: String) {
    var client = C.loggedIn(cut: cut)
    client.outcome = { _ in .rows([["0", "12", nil]]) }
    let described = C.message("D", Array("S\(name)\0".utf8))
    client.send(
      Self.parse("SHOW STATS", name: name) + described + Self.bind(name)
        + C.message("D", Array("P\0".utf8)) + Self.execute + Self.sync)
    #expect(client.messages == ["1", "t", "T", "2", "T", "D 0|12|-", "C SHOW", "ZI"])
    client.send(C.message("C", Array("S\(name)\0".utf8)) + Self.bind(name) + Self.sync)
    #expect(client.messages.suffix(3).first == "3")
    #expect(client.messages.suffix(2).first?.hasPrefix("E ERROR 26000") == true)
  }

  @Test("tells numbers binary to drivers that want them so")
  func binary() {
    var client = C.loggedIn()
    client.outcome = { _ in .rows([["0", "258", "-1"]]) }
    client.send(
      Self.parse("SHOW STATS") + Self.bind(formats: [0, 1, 1]) + Self.execute + Self.sync)
    let row: [UInt8] =
      [0, 3, 0, 0, 0, 1, 0x30, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 8]
      + Array(repeating: 255, count: 8)
    #expect(client.output.contains(C.message("D", row)))
  }

  @Test("passes over everything between an error and the next Sync", arguments: cuts)
  func skipping(cut: Int) {
    var client = C.loggedIn(cut: cut)
    client.send(
      Self.parse("SHOW NOTHING") + Self.bind() + Self.execute + Self.sync
        + Self.parse("RELOAD; RELOAD") + Self.execute + Self.sync
        + Self.parse("RELOAD") + Self.bind() + Self.execute + Self.execute + Self.sync)
    #expect(client.types == "EZEZ12CCZ")
    #expect(client.runs.count == 2)
    client.outcome = { _ in .error(.undefinedObject, "no") }
    client.send(Self.bind() + Self.execute + Self.execute + Self.sync)
    #expect(client.types.hasSuffix("2EZ"))
  }

  @Test("has no parameters, and a bound on what is kept by name")
  func extendedBounds() {
    var client = C.loggedIn()
    let parameter: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0x31, 0, 0]
    client.send(Self.parse("RELOAD") + C.message("B", parameter) + Self.sync)
    #expect(client.messages[1].hasPrefix("E ERROR 0A000"))
    for number in 0...AdminLimits.preparedStatements {
      client.send(Self.parse("RELOAD", name: "s\(number)"))
    }
    #expect(client.messages.last?.hasPrefix("E ERROR 54000") == true)
  }

  static let broken: [[UInt8]] = [
    [0x51, 0, 0, 0, 3], [0x51, 0x7F, 0, 0, 0], C.message("z"), C.message("B"),
    C.message("B", [0, 0, 0, 1]), C.message("P", Array("a\0b".utf8)), C.message("E"),
  ]

  @Test("ends at a message that makes no sense", arguments: broken, [1, Int.max])
  func brokenMessage(bytes: [UInt8], cut: Int) {
    var client = C.loggedIn(cut: cut)
    if bytes[0] == UInt8(ascii: "B") { client.send(Self.parse("RELOAD")) }
    client.send(bytes)
    #expect(client.messages.last?.hasPrefix("E FATAL 08P01") == true && client.isClosed)
    let count = client.output.count
    client.send(C.query("SHOW VERSION"))
    #expect(client.output.count == count)
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    guard count >= part.count else { return false }
    return (0...(count - part.count)).contains { self[$0..<$0 + part.count].elementsEqual(part) }
  }
}
