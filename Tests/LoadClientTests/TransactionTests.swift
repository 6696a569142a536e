import LoadScenario
import Testing
import Wire

@testable import LoadClient

/// What transactions send in each mode, and what becomes of answers.
@Suite struct TransactionTests {
  typealias Received = ScriptedServer.Received

  static let modes = QueryMode.allCases

  /// What the server has got, with values written into the text so that modes can be compared.
  private static func texts(_ received: [Received]) -> [String] {
    received.map { statement in
      var text = statement.sql
      for (place, value) in statement.parameters.enumerated().reversed() {
        text = text.split(separator: "$\(place + 1)", omittingEmptySubsequences: false).joined(
          separator: value)
      }
      return text
    }
  }

  private static func script(_ statements: [[SQLScript.Piece]]) -> WeightedTransaction {
    WeightedTransaction(
      .script(
        SQLScript(
          name: "test.sql",
          variables: [.init(name: "n", range: -3 ... -3), .init(name: "m", range: 41...41)],
          statements: statements)))
  }

  @Test(arguments: modes)
  func `each mode sends the same statements`(mode: QueryMode) throws {
    let mix = Self.script([
      [.text("SELECT "), .variable(1), .text(" + "), .variable(0), .text(" + "), .variable(1)],
      [.text("SELECT 'x'::text")],
    ])
    let conversation = try Conversation(.of(mix, mode: mode))
    _ = conversation.open()
    for _ in 0..<3 { #expect(conversation.run() == [.completed]) }
    let received = conversation.server.received
    #expect(
      Self.texts(received)
        == Array(repeating: ["SELECT 41 + -3 + 41", "SELECT 'x'::text"], count: 3).flatMap { $0 })
    #expect(received.allSatisfy { $0.isSimple == (mode == .simple) })
    let names = received.map(\.name)
    switch mode {
    case .simple: #expect(conversation.server.parsed.isEmpty)
    case .extended:
      #expect(conversation.server.parsed.count == 6)
      #expect(names.allSatisfy { $0.isEmpty })
    case .prepared:
      #expect(
        conversation.server.parsed == ["SELECT $1 + $2 + $3", "SELECT 'x'::text"],
        "each is parsed once")
      #expect(names == ["s0", "s1", "s0", "s1", "s0", "s1"])
    }
  }

  @Test(arguments: modes)
  func `built-in transactions are pgbench's`(mode: QueryMode) throws {
    var tables = TableSizes()
    tables.accounts = 50
    tables.tellers = 3
    let conversation = try Conversation(
      .of(.init(.tpcbLike), .init(.selectOnly), .init(.payload(bytes: 64)), mode: mode),
      tables: tables)
    _ = conversation.open()
    for kind in 0..<3 { #expect(conversation.run(kind) == [.completed]) }
    let texts = Self.texts(conversation.server.received)
    let patterns = [
      /BEGIN/, /UPDATE pgbench_accounts SET abalance = abalance \+ -?\d+ WHERE aid = \d+/,
      /SELECT abalance FROM pgbench_accounts WHERE aid = \d+/,
      /UPDATE pgbench_tellers SET tbalance = tbalance \+ -?\d+ WHERE tid = [123]/,
      /UPDATE pgbench_branches SET bbalance = bbalance \+ -?\d+ WHERE bid = 1/,
      /INSERT INTO pgbench_history \(.*\) VALUES \([123], 1, \d+, -?\d+, CURRENT_TIMESTAMP\)/,
      /END/, /SELECT abalance FROM pgbench_accounts WHERE aid = \d+/, /SELECT repeat\('x', 64\)/,
    ]
    #expect(texts.count == patterns.count)
    for (text, pattern) in zip(texts, patterns) {
      #expect(text.wholeMatch(of: pattern) != nil, "\(text)")
    }
  }

  @Test func `parameters fill their ranges, and a seed decides them`() throws {
    func parameters() throws -> [String] {
      let conversation = try Conversation(.of(.init(.selectOnly)))
      _ = conversation.open()
      for _ in 0..<500 { _ = conversation.run() }
      return conversation.server.received.map { $0.parameters[0] }
    }
    let drawn = try parameters()
    let again = try parameters()
    #expect(again == drawn)
    let numbers = drawn.compactMap(Int.init)
    #expect(numbers.allSatisfy { (1...10_000).contains($0) })
    #expect(numbers.min()! < 500 && numbers.max()! > 9_500 && Set(numbers).count > 400)
  }

  @Test(arguments: LoginTests.cuts)
  func `any cut of the answers, and notices between them, give the same`(
    cut: Conversation.Cut
  ) throws {
    for mode in Self.modes {
      let conversation = try Conversation(.of(.init(.tpcbLike), .init(.selectOnly), mode: mode))
      conversation.cut = cut
      #expect(conversation.open() == [.opened])
      conversation.server.before =
        ErrorResponse(severity: .warning, sqlState: .successfulCompletion, message: "w")
        .encodedNotice() + ParameterStatus.encoded(name: "TimeZone", value: "UTC")
        + MessageEncoder.encode(
          type: BackendMessageType.notificationResponse,
          body: [0, 0, 0, 1] + Array("a\0b\0".utf8))
      #expect(conversation.run(0) == [.completed])
      #expect(conversation.run(1) == [.completed])
      #expect(conversation.server.received.count == 8)
    }
  }

  @Test func `large rows are passed over`() throws {
    let conversation = try Conversation(.of(.init(.payload(bytes: 100_000))))
    conversation.cut = .atRandom(seed: 5)
    conversation.server.reply = { _ in .rows([[String(repeating: "x", count: 100_000)]]) }
    _ = conversation.open()
    #expect(conversation.run() == [.completed])
  }

  @Test func `a client thinks between statements, and not at the end`() throws {
    let conversation = try Conversation(
      .of(.init(.tpcbLike), .init(.selectOnly, tier: "eventual"), thinkTime: .milliseconds(5)))
    _ = conversation.open()
    #expect(conversation.run(0) == Array(repeating: .thinks, count: 6) + [.completed])
    #expect(conversation.run(1) == [.completed], "a change of tier is no statement of the client's")
  }

  @Test(arguments: modes)
  func `a tier of its own is set before and set back after`(mode: QueryMode) throws {
    for (tier, back) in [(nil, "DEFAULT"), ("bounded:5s", "'bounded:5s'")] {
      let conversation = try Conversation(
        .of(.init(.selectOnly, tier: "eventual"), mode: mode, tier: tier))
      _ = conversation.open()
      #expect(conversation.run() == [.completed])
      let received = conversation.server.received
      #expect(
        received.first == Received(sql: "SET shardway.consistency = 'eventual'", isSimple: true))
      #expect(received.last == Received(sql: "SET shardway.consistency = \(back)", isSimple: true))
      #expect(received.count == 3)
    }
    let same = try Conversation(.of(.init(.selectOnly, tier: "strong"), mode: mode, tier: "strong"))
    _ = same.open()
    _ = same.run()
    #expect(same.server.received.count == 1)
  }

  @Test(arguments: modes)
  func `every number is written as it is`(mode: QueryMode) throws {
    for number in [.min, -1_000_000_000_000_000_000, -10, -1, 0, 9, 10, 99, 100, .max] as [Int64] {
      let script = SQLScript(
        name: "n.sql", variables: [.init(name: "n", range: number...number)],
        statements: [[.text("SELECT "), .variable(0)]])
      let conversation = try Conversation(.of(.init(.script(script)), mode: mode))
      _ = conversation.open()
      #expect(conversation.run() == [.completed])
      #expect(Self.texts(conversation.server.received) == ["SELECT \(number)"])
    }
  }

  @Test func `more statements than can be prepared are refused`() throws {
    let statements = (0...ClientLimits.preparedStatements).map { number in
      [SQLScript.Piece.text("SELECT \(number)")]
    }
    let mix = Self.script(statements)
    #expect(throws: ClientPlanError.tooManyStatements) {
      _ = try Conversation(.of(mix))
    }
    let conversation = try Conversation(.of(mix, mode: .extended))
    _ = conversation.open()
    #expect(conversation.run() == [.completed])
    let most = try Conversation(.of(Self.script(statements.dropLast())))
    _ = most.open()
    for _ in 0..<2 { #expect(most.run() == [.completed]) }
    #expect(most.server.parsed.count == ClientLimits.preparedStatements)
  }

  @Test func `a script that a file may hold can be run`() throws {
    #expect(ClientLimits.variables == ScenarioLimits.scriptVariables)
    let variables = (0..<ClientLimits.variables).map {
      SQLScript.Variable(name: "v\($0)", range: Int64($0)...Int64($0))
    }
    let pieces = variables.indices.map { SQLScript.Piece.variable($0) }
    let script = SQLScript(name: "many.sql", variables: variables, statements: [pieces])
    let conversation = try Conversation(.of(.init(.script(script))))
    _ = conversation.open()
    #expect(conversation.run() == [.completed])
    #expect(conversation.server.received[0].parameters == variables.indices.map { "\($0)" })
  }

  @Test func `what can't be said is refused`() {
    let variables = (0...ClientLimits.variables).map {
      SQLScript.Variable(name: "v\($0)", range: 0...1)
    }
    let script = SQLScript(name: "many.sql", variables: variables, statements: [[.variable(0)]])
    #expect(throws: ClientPlanError.tooManyVariables(script: "many.sql", variables.count)) {
      _ = try Conversation(.of(.init(.script(script))))
    }
    for mode in Self.modes {
      #expect(throws: ClientPlanError.unencodableStatement("a\0")) {
        _ = try Conversation(.of(Self.script([[.text("a\0")]]), mode: mode))
      }
    }
  }
}
