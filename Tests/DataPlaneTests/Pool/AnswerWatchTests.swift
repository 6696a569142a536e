import RandomNumbers
import Testing
import Wire

@testable import DataPlane

@Suite("Answer watch")
struct AnswerWatchTests {
  /// A message of a server's, and whether the client is to get it.
  struct Piece {
    let bytes: [UInt8]
    let isClients: Bool
  }

  /// A server's answer: what was asked, what it says, and what is told of it.
  struct Answer: CustomTestStringConvertible {
    let testDescription: String
    let asked: [AnswerQueue.Request]
    let said: [Piece]
    let told: [WatchedAnswers.Told]

    init(
      _ title: String, asked: [AnswerQueue.Request], _ said: [Piece],
      told: [WatchedAnswers.Told] = []
    ) {
      testDescription = title
      self.asked = asked
      self.said = said
      self.told = told
    }
  }

  private static func on(_ type: Character, _ body: [UInt8] = []) -> Piece {
    Piece(bytes: Packets.message(type, body), isClients: true)
  }

  private static func own(_ type: Character, _ body: [UInt8] = []) -> Piece {
    Piece(bytes: Packets.message(type, body), isClients: false)
  }

  private static let idle = Array("I".utf8)
  private static let begun = Array("T".utf8)
  private static let failed = Array("E".utf8)
  private static let zone = Packets.text("TimeZone") + Packets.text("UTC")
  private static let error = Packets.text("SERROR") + Packets.text("C22012") + [0]

  private static let answers: [Answer] = [
    Answer(
      "a client's query goes to the client", asked: [.query],
      [on("T", [0, 0]), on("D", [0, 0]), on("C", Packets.text("SELECT 1")), on("Z", idle)],
      told: [.ready(.idle, isOwn: false)]),
    Answer(
      "the router's own query goes nowhere", asked: [.ownQuery],
      [own("C", Packets.text("BEGIN")), own("Z", begun)],
      told: [.ready(.inTransaction, isOwn: true)]),
    Answer(
      "after the router's own query comes the client's", asked: [.ownQuery, .query],
      [own("C", Packets.text("SET")), own("Z", idle), on("I"), on("Z", idle)],
      told: [.ready(.idle, isOwn: true), .ready(.idle, isOwn: false)]),
    Answer(
      "rows of the router's own query are the router's", asked: [.ownQuery],
      [own("T", [0, 1]), own("D", [0, 1]), own("C", Packets.text("SELECT 1")), own("Z", idle)],
      told: [.ready(.idle, isOwn: true)]),
    Answer(
      "settings that the router has made are not the client's news", asked: [.ownQuery],
      [own("S", zone), own("C", Packets.text("SET")), own("Z", idle)],
      told: [
        .message(type: "S", isOwn: true, body: zone), .ready(.idle, isOwn: true),
      ]),
    Answer(
      "the router's own query may fail", asked: [.ownQuery], [own("E", error), own("Z", failed)],
      told: [
        .message(type: "E", isOwn: true, body: error), .ready(.failed, isOwn: true),
      ]),
    Answer(
      "notices and notifications in the middle of an own answer are the client's",
      asked: [.ownQuery],
      [
        on("N", error), own("C", Packets.text("SET")), on("A", [0, 0, 0, 1, 97, 0, 0]),
        own("Z", idle),
      ], told: [.ready(.idle, isOwn: true)]),
    Answer(
      "what nobody has asked for is the client's", asked: [],
      [on("N", error), on("S", zone), on("A", [0, 0, 0, 1, 97, 0, 0]), on("E", error)],
      told: [
        .message(type: "S", isOwn: false, body: zone),
        .message(type: "E", isOwn: false, body: error),
      ]),
    Answer(
      "an own Parse between a client's", asked: [.parse, .ownParse, .parse, .sync],
      [on("1"), own("1"), on("1"), on("Z", idle)], told: [.ready(.idle, isOwn: false)]),
    Answer(
      "an own Close between a client's", asked: [.close, .ownClose, .close, .sync],
      [on("3"), own("3"), on("3"), on("Z", idle)], told: [.ready(.idle, isOwn: false)]),
    Answer(
      "a statement makes room for another, between two of the client's",
      asked: [.ownClose, .ownParse, .ownClose, .parse, .sync],
      [
        own("3"), own("1"), on("2"), on("D", [0, 0]), on("C", Packets.text("SELECT 1")), own("3"),
        on("1"), on("n"), on("Z", idle),
      ], told: [.ready(.idle, isOwn: false)]),
    Answer(
      "what is not asked for by the router passes before its own answer",
      asked: [.ownParse, .sync],
      [on("2"), on("N", error), on("S", zone), own("1"), on("Z", begun)],
      told: [
        .message(type: "S", isOwn: false, body: zone), .ready(.inTransaction, isOwn: false),
      ]),
    Answer(
      "an error of what the router has put in is the client's",
      asked: [.ownParse, .sync, .query],
      [on("E", error), on("Z", failed), on("I"), on("Z", failed)],
      told: [
        .message(type: "E", isOwn: false, body: error), .ready(.failed, isOwn: false),
        .ready(.failed, isOwn: false),
      ]),
    Answer(
      "an error of no fields is one, too", asked: [.ownParse, .sync], [on("E"), on("Z", failed)],
      told: [.message(type: "E", isOwn: false, body: []), .ready(.failed, isOwn: false)]),
    Answer(
      "COPY to the server", asked: [.query], [on("G", [0, 0, 0]), on("C"), on("Z", idle)],
      told: [.copyBegins, .ready(.idle, isOwn: false)]),
    Answer(
      "COPY both ways", asked: [.query], [on("W", [0, 0, 0]), on("d", [1, 2])]),
    Answer(
      "COPY from the server", asked: [.query],
      [on("H", [0, 0, 0]), on("d", [1, 2]), on("c"), on("C"), on("Z", idle)],
      told: [.ready(.idle, isOwn: false)]),
  ]

  @Test("passes on what is the client's, and tells what it means", arguments: answers)
  func table(answer: Answer) throws {
    var watch = AnswerWatch()
    for request in answer.asked { watch.owed.append(request) }
    let stream = answer.said.flatMap(\.bytes)
    let whole = try WatchedAnswers([stream], by: watch)
    #expect(whole.forwarded == answer.said.filter(\.isClients).flatMap(\.bytes))
    #expect(whole.told == answer.told && whole.isBetweenMessages)
    for pieces in Cuts.inTwo(stream) + [Cuts.single(stream)] {
      let cut = try WatchedAnswers(pieces, by: watch)
      #expect(cut == whole)
    }
  }

  @Test("gives the same bytes on, wherever they are cut", arguments: 0..<100 as Range<UInt64>)
  func cuts(seed: UInt64) throws {
    let talk = PooledConversation(seed: seed)
    var random = SplitMix64(seed: seed)
    let ways =
      [[talk.stream], Cuts.single(talk.stream)]
      + [2, 6, 40, 400].map { Cuts.random(talk.stream, longest: $0, &random) }
    for pieces in ways {
      let answers = try WatchedAnswers(pieces, by: talk.watch)
      #expect(answers.forwarded == talk.forwarded)
      #expect(answers.told == talk.told)
      #expect(answers.unanswered == talk.unanswered)
      #expect(answers.owedCount == 0 && answers.isBetweenMessages)
    }
  }

  @Test("tells tags of commands when they are wanted, and only then", arguments: [false, true])
  func tags(isWanted: Bool) throws {
    var watch = AnswerWatch()
    watch.looksAtTags = isWanted
    watch.owed.append(.query)
    let tag = Packets.text("COMMIT")
    let stream = Packets.message("C", tag) + Packets.message("Z", Self.idle)
    for pieces in Cuts.inTwo(stream) {
      let answers = try WatchedAnswers(pieces, by: watch)
      let told: [WatchedAnswers.Told] =
        isWanted ? [.message(type: "C", isOwn: false, body: tag)] : []
      #expect(answers.told == told + [.ready(.idle, isOwn: false)])
    }
  }

  @Test("keeps errors back where they are to be told by somebody else, wherever they are cut")
  func errorsKeptBack() throws {
    var watch = AnswerWatch()
    watch.keepsErrorsBack = true
    watch.owed.append(.query)
    watch.owed.append(.ownQuery)
    let rows = Packets.message("T", [0, 0]) + Packets.message("D", [0, 0])
    let end = Packets.message("Z", Self.failed)
    let own = Packets.message("E", Self.error) + Packets.message("Z", Self.failed)
    let stream = rows + Packets.message("E", Self.error) + end + own
    for pieces in Cuts.inTwo(stream) + [Cuts.single(stream)] {
      let answers = try WatchedAnswers(pieces, by: watch)
      #expect(answers.forwarded == rows + end)
      #expect(
        answers.told == [
          .message(type: "E", isOwn: false, body: Self.error), .ready(.failed, isOwn: false),
          .message(type: "E", isOwn: true, body: Self.error), .ready(.failed, isOwn: true),
        ])
    }
  }

  @Test(
    "takes a statement whose plan is outdated for one that has to be prepared anew",
    arguments: [AnswerQueue.Request.bind, .describe])
  func outdatedPlan(request: AnswerQueue.Request) throws {
    let outdated = Packets.text("SERROR") + Packets.text("C0A000") + [0]
    for (error, expected) in [(outdated, [7]), (Self.error, [])] as [([UInt8], [UInt64])] {
      var watch = AnswerWatch()
      watch.owed.append(request, statement: 7)
      watch.owed.append(.execute)
      watch.owed.append(.sync)
      let answers = try WatchedAnswers(
        [Packets.message("E", error) + Packets.message("Z", Self.idle)], by: watch)
      #expect(answers.unanswered == expected && answers.owedCount == 0)
    }
  }

  @Test("knows which statements a server has not prepared after an error")
  func unanswered() throws {
    var watch = AnswerWatch()
    watch.owed.append(.ownParse, statement: 1)
    watch.owed.append(.parse, statement: 2)
    watch.owed.append(.ownClose)
    watch.owed.append(.parse)
    watch.owed.append(.ownParse, statement: 3)
    watch.owed.append(.sync)
    watch.owed.append(.ownParse, statement: 4)
    let stream =
      Packets.message("1") + Packets.message("E", Self.error) + Packets.message("Z", Self.failed)
    let answers = try WatchedAnswers([stream], by: watch)
    #expect(answers.unanswered == [2, 3])
    #expect(answers.owedCount == 1, "what stands behind the Sync is still owed")
  }

  @Test("an error between two Syncs skips to the next only")
  func secondGroup() throws {
    var watch = AnswerWatch()
    for statement in 1...2 as ClosedRange<UInt64> {
      watch.owed.append(.ownParse, statement: statement)
      watch.owed.append(.sync)
    }
    let first = Packets.message("E", Self.error) + Packets.message("Z", Self.idle)
    let second = Packets.message("1") + Packets.message("Z", Self.idle)
    for pieces in Cuts.inTwo(first + second) {
      let answers = try WatchedAnswers(pieces, by: watch)
      #expect(answers.unanswered == [1] && answers.owedCount == 0)
      #expect(answers.forwarded == first + Packets.message("Z", Self.idle))
    }
  }

  @Test("is between messages only when nothing of the next has come")
  func betweenMessages() throws {
    let message = Packets.message("N", Self.error)
    for count in 0...message.count {
      let answers = try WatchedAnswers([Array(message.prefix(count))], by: AnswerWatch())
      #expect(answers.isBetweenMessages == (count == 0 || count == message.count))
      #expect(answers.forwarded == Array(message.prefix(count)), "nothing is held back")
    }
  }

  @Test("a status that no server has is not taken for an idle one")
  func unknownStatus() throws {
    var watch = AnswerWatch()
    watch.owed.append(.query)
    var offset = 0
    let message = Packets.message("Z", [0x3F])
    let event = try watch.next(message.span.bytes, from: &offset)
    guard case .ready(.failed, end: 6, isOwn: false) = event else {
      Issue.record("not told as failed: \(event.debugDescription)")
      return
    }
  }
}
