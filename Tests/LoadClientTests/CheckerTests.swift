import LoadResults
import LoadScenario
import Testing
import Wire

@testable import LoadClient

/// The transactions that check: what they send, and what they tell the ledger.
@Suite struct CheckerTests {
  private static let bound: Duration = .milliseconds(1)
  private static var increment: Regex<Substring> {
    /INSERT INTO shardway_bench_counter .* RETURNING value/
  }
  private static var select: Regex<Substring> {
    /SELECT .* FROM shardway_bench_counter WHERE id = (?:\$1|\d+)/
  }

  /// A database with one counter whose reads lag behind by so many writes.
  private final class Counter {
    var value = 0
    var lag = 0
    var isRouter = true
    var isReplica = true
    /// Answers of SHOW shardway.route.
    var route: [String?] = ["s1-b", "a", "bounded:1ms", "bounded:1ms", "7", "3", "1", "nearest"]

    func reply(_ statement: ScriptedServer.Received) -> ScriptedServer.Reply {
      if statement.sql.hasPrefix("INSERT") {
        value += 1
        return .rows([["\(value)"]])
      }
      if statement.sql.hasPrefix("SELECT") {
        return .rows([["\(max(0, value - lag))", isReplica ? "t" : "f"]])
      }
      if statement.sql == "SHOW shardway.route" {
        return isRouter ? .rows([route]) : .error("42704")
      }
      return .done("SET")
    }
  }

  private static func conversation(
    _ entry: WeightedTransaction, _ counter: Counter, tier: String? = nil,
    mode: QueryMode = .prepared, cut: Conversation.Cut = .whole
  ) throws -> Conversation {
    let conversation = try Conversation(
      .of(entry, mode: mode, tier: tier), worker: 3, tenant: 1, connection: 9)
    conversation.cut = cut
    conversation.server.reply = counter.reply
    #expect(conversation.open() == [.opened])
    return conversation
  }

  // MARK: Own writes

  @Test(arguments: QueryMode.allCases)
  func `a session writes by strong and reads by the load's tier`(mode: QueryMode) throws {
    let cases: [(load: String?, own: String?, sets: [String])] = [
      (nil, nil, ["'strong'", "DEFAULT"]),
      ("session", nil, ["'strong'", "'session'"]),
      ("strong", nil, []),
      ("strong", "session", ["'session'", "'strong'"]),
      ("session", "eventual", ["'strong'", "'eventual'", "'session'"]),
    ]
    for (tier, own, sets) in cases {
      let counter = Counter()
      let conversation = try Self.conversation(
        .init(.readYourWrite, tier: own), counter, tier: tier, mode: mode)
      #expect(conversation.run() == [.completed])
      let texts = conversation.server.received.map(\.sql)
      #expect(
        texts.filter { $0.hasPrefix("SET") } == sets.map { "SET shardway.consistency = \($0)" })
      #expect(texts.filter { $0.wholeMatch(of: Self.increment) != nil }.count == 1)
      #expect(texts.filter { $0.wholeMatch(of: Self.select) != nil }.count == 1)
      #expect(conversation.ledger.result?.ownWriteReads == 1)
      #expect(conversation.ledger.result?.ownWriteViolations == 0)
      counter.lag = 1
      #expect(conversation.run() == [.completed])
      #expect(conversation.ledger.result?.ownWriteViolations == 1)
    }
  }

  @Test func `each session writes a counter of its own`() throws {
    let conversation = try Self.conversation(.init(.readYourWrite), Counter())
    _ = conversation.run()
    let ids = conversation.server.received.compactMap(\.parameters.first)
    #expect(ids == Array(repeating: "\(conversation.ledger.connectionCounter(9))", count: 2))
  }

  @Test func `a write that fails checks nothing`() throws {
    let conversation = try Self.conversation(.init(.readYourWrite), Counter(), tier: "session")
    conversation.server.reply = { $0.sql.hasPrefix("INSERT") ? .error("25006") : .done("SET") }
    #expect(conversation.run() == [.failed(Failure(sqlState: .readOnlyTransaction))])
    #expect(conversation.server.received.last?.sql == "SET shardway.consistency = 'session'")
    #expect(conversation.ledger.result?.ownWriteReads == 0)
  }

  @Test func `an answer without a number fails`() throws {
    for row in [[nil], ["x"], [""], ["-"], ["99999999999999999999"], []] as [[String?]] {
      let conversation = try Self.conversation(.init(.readYourWrite), Counter())
      conversation.server.reply = { $0.sql.hasPrefix("SET") ? .done("SET") : .rows([row]) }
      #expect(conversation.run() == [.failed(Failure(.unreadableAnswer))], "\(row)")
    }
  }

  // MARK: Staleness

  @Test(arguments: [Conversation.Cut.whole, .byteAtATime, .atRandom(seed: 4)])
  func `reads are measured, and what the router has proven stands beside`(
    cut: Conversation.Cut
  ) throws {
    for mode in QueryMode.allCases {
      let counter = Counter()
      let conversation = try Self.conversation(
        .init(.staleness(bound: Self.bound)), counter, mode: mode, cut: cut)
      #expect(conversation.run() == [.completed])
      #expect(
        conversation.server.received.map(\.sql.count) == [
          "SET shardway.consistency = 'strong'".count,
          conversation.server.received[1].sql.count, "SET shardway.consistency = DEFAULT".count,
        ], "the first writes")
      counter.lag = 1
      #expect(conversation.run() == [.completed])
      let read = conversation.server.received.dropFirst(3)
      #expect(read.count == 5)
      #expect(
        read.filter { !$0.sql.hasPrefix("SELECT") }.map(\.sql) == [
          "BEGIN", "SET LOCAL shardway.consistency = 'bounded:1ms'", "SHOW shardway.route",
          "COMMIT",
        ])
      let staleness = try #require(conversation.ledger.result?.staleness)
      // The write was told after two exchanges of a millisecond each, the read was sent after five.
      #expect(staleness.measuredMilliseconds == [3])
      #expect(staleness.provenMilliseconds == [7])
      #expect(staleness.reads == 1 && staleness.readsOnReplica == 1 && staleness.violations == 1)
      let id = conversation.ledger.tenantCounter(1)
      if mode == .simple {
        #expect(read.contains { $0.sql.hasSuffix("WHERE id = \(id)") })
      } else {
        #expect(read.compactMap(\.parameters.first) == ["\(id)"])
      }
    }
  }

  @Test func `fresh reads and a route that tells little are no violations`() throws {
    let counter = Counter()
    counter.route = [nil]
    counter.isReplica = false
    let conversation = try Self.conversation(.init(.staleness(bound: Self.bound)), counter)
    for _ in 0..<5 { #expect(conversation.run() == [.completed]) }
    #expect(counter.value == 2)
    let staleness = try #require(conversation.ledger.result?.staleness)
    #expect(staleness.reads == 3 && staleness.readsOnReplica == 0 && staleness.violations == 0)
    #expect(staleness.measuredMilliseconds.isEmpty)
    counter.lag = 1
    #expect(conversation.run() == [.completed])
    #expect(conversation.ledger.result?.staleness?.provenMilliseconds == [-1])
  }

  @Test func `what is no router is asked for its route once`() throws {
    let counter = Counter()
    counter.isRouter = false
    counter.lag = 1
    let conversation = try Self.conversation(.init(.staleness(bound: Self.bound)), counter)
    for _ in 0..<4 { #expect(conversation.run() == [.completed]) }
    let texts = conversation.server.received.map(\.sql)
    #expect(texts.filter { $0 == "SHOW shardway.route" }.count == 1)
    #expect(texts.filter { $0 == "ROLLBACK" }.count == 1)
    #expect(texts.suffix(3).first == "SET shardway.consistency = 'bounded:1ms'")
    #expect(conversation.ledger.result?.staleness?.reads == 3)
    #expect(conversation.ledger.result?.staleness?.provenMilliseconds == [-1, -1, -1])
    #expect(conversation.client.lastFailureText == nil)
  }

  @Test func `a writer that is gone makes room for another`() throws {
    let conversation = try Self.conversation(.init(.staleness(bound: Self.bound)), Counter())
    func othersWrite() -> Bool {
      let takes = conversation.ledger.takesWrite(
        of: 1, bound: 1, at: conversation.now + 1_000_000_000)
      if takes { conversation.ledger.endWrite(of: 1) }
      return takes
    }
    conversation.begin()
    for _ in 0..<5 { #expect(!othersWrite()) }
    conversation.client.disconnect(&conversation.ledger)
    #expect(othersWrite())

    let broken = try Self.conversation(.init(.staleness(bound: Self.bound)), Counter())
    broken.begin()
    let fatal = ErrorResponse(sqlState: .adminShutdown, message: "stop").encoded()
    #expect(broken.hear(fatal) == [.broken(Failure(sqlState: .adminShutdown))])
    let taken = (0..<4).map { _ in broken.ledger.takesWrite(of: 1, bound: 1, at: 1_000_000_000) }
    #expect(taken == [false, false, false, true])
  }

  @Test func `bounds are written as the router reads them`() {
    #expect(TierSQL.bounded(.milliseconds(500)) == "bounded:500ms")
    #expect(TierSQL.bounded(.seconds(5)) == "bounded:5000ms")
    #expect(TierSQL.set("a'b") == "SET shardway.consistency = 'a''b'")
  }
}
