import LoadScenario
import Testing
import Wire

@testable import LoadClient

/// What becomes of errors: the session goes on where it can, and nothing of a failed transaction is
/// left.
@Suite struct ErrorTests {
  private static let deadlock = Failure(sqlState: SQLState("40P01"))

  /// Fails the statement with this number, once.
  private static func failing(
    at number: Int, _ conversation: Conversation, _ severity: ErrorResponse.Severity = .error
  ) {
    let count = Counter()
    conversation.server.reply = { statement in
      count.value += 1
      return count.value == number ? .error("40P01", severity) : .rows([["1"]])
    }
  }

  private final class Counter { var value = 0 }

  static let places = QueryMode.allCases.flatMap { mode in
    LoginTests.cuts.map { (mode, $0) }
  }

  @Test(arguments: places)
  func `an error between BEGIN and END is rolled back, and the session goes on`(
    mode: QueryMode, cut: Conversation.Cut
  ) throws {
    for number in 1...5 {
      let conversation = try Conversation(.of(.init(.tpcbLike), mode: mode))
      conversation.cut = cut
      _ = conversation.open()
      Self.failing(at: number, conversation)
      #expect(conversation.run() == [.failed(Self.deadlock)])
      let received = conversation.server.received
      #expect(received.count == number + 2)
      #expect(received.last == .init(sql: "ROLLBACK", isSimple: true))
      #expect(conversation.client.lastFailureText?.hasPrefix("ERROR 40P01: error of") == true)
      #expect(conversation.run() == [.completed])
    }
  }

  @Test(arguments: places)
  func `an error of a single statement needs no rollback`(
    mode: QueryMode, cut: Conversation.Cut
  ) throws {
    let conversation = try Conversation(.of(.init(.selectOnly), mode: mode))
    conversation.cut = cut
    _ = conversation.open()
    Self.failing(at: 1, conversation)
    #expect(conversation.run() == [.failed(Self.deadlock)])
    #expect(conversation.run() == [.completed])
    #expect(conversation.server.received.count == 2)
  }

  @Test func `a statement that was not parsed is parsed again`() throws {
    let conversation = try Conversation(.of(.init(.selectOnly)))
    _ = conversation.open()
    conversation.begin()
    let error = ErrorResponse(severity: .error, sqlState: .undefinedObject, message: "no table")
    let ready = ReadyForQuery(status: .idle).encoded()
    #expect(
      conversation.hear(error.encoded() + ready) == [.failed(Failure(sqlState: .undefinedObject))])
    #expect(conversation.run() == [.completed])
    #expect(
      conversation.server.parsed.count == 1, "the first Parse got lost, and so there is another")
  }

  @Test func `the tier is set back after an error`() throws {
    for number in 1...6 {
      let conversation = try Conversation(.of(.init(.tpcbLike, tier: "session"), tier: "strong"))
      _ = conversation.open()
      Self.failing(at: number, conversation)
      #expect(conversation.run() == [.failed(Self.deadlock)])
      let end = conversation.server.received.suffix(2).map(\.sql)
      if number == 1 {
        #expect(end.last == "SET shardway.consistency = 'session'")
      } else {
        #expect(end == ["ROLLBACK", "SET shardway.consistency = 'strong'"])
      }
      #expect(conversation.run() == [.completed])
    }
  }

  @Test func `a session whose tier can't be set back is given up`() throws {
    let conversation = try Conversation(.of(.init(.selectOnly, tier: "session")))
    _ = conversation.open()
    let count = Counter()
    conversation.server.reply = { _ in
      count.value += 1
      return count.value >= 2 ? .error("40P01") : .rows([["1"]])
    }
    #expect(conversation.run() == [.broken(Self.deadlock)])
  }

  @Test(arguments: LoginTests.cuts)
  func `FATAL breaks the connection, in a transaction or not`(cut: Conversation.Cut) throws {
    let fatal = ErrorResponse(sqlState: .adminShutdown, message: "the server stops").encoded()
    let failure = Failure(sqlState: .adminShutdown)
    #expect(failure.name == "57P01")
    let conversation = try Conversation(.of(.init(.selectOnly)))
    conversation.cut = cut
    _ = conversation.open()
    conversation.begin()
    #expect(conversation.hear(fatal) == [.broken(failure)])
    #expect(conversation.client.lastFailureText == "FATAL 57P01: the server stops")

    let idle = try Conversation(.of(.init(.selectOnly)))
    idle.cut = cut
    _ = idle.open()
    #expect(idle.hear(fatal) == [.broken(failure)])
  }

  @Test func `FATAL behind the last answer is told afterwards`() throws {
    let conversation = try Conversation(.of(.init(.selectOnly)))
    _ = conversation.open()
    conversation.begin()
    let answer = CommandComplete.encoded(tag: "SELECT 0") + ReadyForQuery(status: .idle).encoded()
    let fatal = ErrorResponse(sqlState: .adminShutdown, message: "the server stops").encoded()
    #expect(conversation.hear(answer + fatal) == [.completed])
    #expect(conversation.run() == [], "nothing is sent any more")
    #expect(conversation.hear([0]) == [.broken(Failure(sqlState: .adminShutdown))])
    #expect(conversation.hear([0]) == [])
  }

  @Test func `a long error is known by its beginning`() throws {
    let conversation = try Conversation(.of(.init(.selectOnly)))
    conversation.cut = .atRandom(seed: 11)
    _ = conversation.open()
    conversation.begin()
    let body =
      Array("SFEHLER\0VERROR\0C42P01\0Mno table\0D".utf8)
      + Array(repeating: UInt8(ascii: "x"), count: 100_000) + [0, 0]
    let events = conversation.hear(
      MessageEncoder.encode(type: BackendMessageType.errorResponse, body: body)
        + ReadyForQuery(status: .idle).encoded())
    #expect(events == [.failed(Failure(sqlState: SQLState("42P01")))])
    #expect(conversation.client.lastFailureText == "ERROR 42P01: no table")
  }

  @Test func `a script that leaves its transaction open fails`() throws {
    let script = SQLScript(
      name: "open.sql", variables: [], statements: [[.text("BEGIN")], [.text("SELECT 1")]])
    let conversation = try Conversation(.of(.init(.script(script))))
    _ = conversation.open()
    #expect(conversation.run() == [.failed(Failure(.leftOpen))])
    #expect(conversation.server.received.last?.sql == "ROLLBACK")
    #expect(conversation.run() == [.failed(Failure(.leftOpen))])
  }

  /// What a server may not say, in a session with a statement under way and in one without.
  @Test(arguments: LoginTests.cuts)
  func `what breaks the protocol breaks the connection`(cut: Conversation.Cut) throws {
    let ready = ReadyForQuery(status: .idle).encoded()
    let bytes: [[UInt8]] = [
      ready, Array("Zzzzzz".utf8), [0, 0, 0, 0, 4], [UInt8(ascii: "G"), 0, 0, 0, 7, 0, 0, 0],
      [UInt8(ascii: "s"), 0, 0, 0, 4], [UInt8(ascii: "C"), 0, 0, 0, 3],
      [UInt8(ascii: "E"), 0, 0, 0, 4],
      AuthenticationRequest.encodedOK(),
      CommandComplete.encoded(tag: "SELECT 1") + [UInt8(ascii: "Z"), 0, 0, 0, 5, 1],
      CommandComplete.encoded(tag: "SELECT 1") + [UInt8(ascii: "Z"), 0, 0, 0, 4],
    ]
    for (number, bytes) in bytes.enumerated() {
      for isUnderWay in [true, false] {
        let conversation = try Conversation(.of(.init(.selectOnly)))
        conversation.cut = cut
        _ = conversation.open()
        if isUnderWay { conversation.begin() }
        // An error without a code is one that the session could go on after, if a statement waits
        // for it.
        let isError = bytes[0] == UInt8(ascii: "E") && isUnderWay
        let events = conversation.hear(isError ? bytes + ready : bytes)
        let failure = Failure(.protocolViolation)
        #expect(events == [isError ? .failed(failure) : .broken(failure)], "\(number)")
      }
    }
    for message in [
      CommandComplete.encoded(tag: "SELECT 1"), DataRow.encoded([]),
      CompletionMessage.parseComplete.encoded(), CompletionMessage.emptyQueryResponse.encoded(),
    ] {
      let idle = try Conversation(.of(.init(.selectOnly)))
      _ = idle.open()
      #expect(idle.hear(message) == [.broken(Failure(.protocolViolation))])
    }
  }

  @Test func `names of failures are distinct`() {
    let names = Failure.Cause.allCases.map { Failure($0).name }
    #expect(Set(names).count == names.count)
    #expect(Failure.Cause.allCases.allSatisfy { Failure($0).cause == $0 })
    #expect(Failure(sqlState: .adminShutdown).cause == nil)
    #expect(Failure(.connectRefused).name == "connect: refused")
  }
}
