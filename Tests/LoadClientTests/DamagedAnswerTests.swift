import LoadModel
import LoadScenario
import Testing
import Wire

@testable import LoadClient

/// Thousands of damaged answers: no client traps, and what it makes of them never depends on how
/// they were cut.
@Suite struct DamagedAnswerTests {
  private static let rounds = 2_000

  /// What a client makes of an answer.
  private struct Outcome: Equatable {
    var events: [ClientEvent]
    var sent: [UInt8]
    var text: String?
  }

  private static let mix: [(entry: WeightedTransaction, answer: [UInt8])] = {
    let ready = ReadyForQuery(status: .idle).encoded()
    let open = ReadyForQuery(status: .inTransaction).encoded()
    let parsed =
      CompletionMessage.parseComplete.encoded() + CompletionMessage.bindComplete.encoded()
    let row = DataRow.encoded([Array("17".utf8), Array("t".utf8)])
    let selected = row + CommandComplete.encoded(tag: "SELECT 1")
    let error = ErrorResponse(severity: .error, sqlState: .undefinedObject, message: "none")
    let set = CommandComplete.encoded(tag: "SET") + ready
    return [
      (.init(.selectOnly), parsed + selected + ready),
      (.init(.selectOnly), error.encoded() + ready),
      (.init(.selectOnly, tier: "eventual"), set + parsed + selected + ready + set),
      (.init(.readYourWrite), set + parsed + selected + ready + set + parsed + selected + ready),
      (
        .init(.tpcbLike),
        parsed + CommandComplete.encoded(tag: "BEGIN") + open + error.encodedFailure() + set
      ),
    ]
  }()

  private static func outcome(
    of answer: [UInt8], to entry: WeightedTransaction, _ cut: Conversation.Cut
  ) throws -> Outcome {
    let conversation = try Conversation(.of(entry))
    _ = conversation.open()
    conversation.cut = cut
    conversation.begin()
    let (events, sent) = conversation.listen(answer)
    return Outcome(events: events, sent: sent, text: conversation.client.lastFailureText)
  }

  @Test func `damaged answers lead to the same, however they arrive`() throws {
    var random = RandomSource(seed: 31)
    var counts: [String: Int] = [:]
    for round in 0..<Self.rounds {
      let (entry, answer) = Self.mix[round % Self.mix.count]
      let damaged = Self.damage(answer, &random)
      let whole = try Self.outcome(of: damaged, to: entry, .whole)
      for cut in [Conversation.Cut.byteAtATime, .atRandom(seed: UInt64(round))] {
        #expect(try Self.outcome(of: damaged, to: entry, cut) == whole)
      }
      let name =
        switch whole.events.first {
        case nil: "waits"
        case .completed: "completed"
        case .failed: "failed"
        case .broken: "broken"
        case .pending, .opened, .thinks: "other"
        }
      counts[name, default: 0] += 1
    }
    #expect(Set(counts.keys) == ["waits", "completed", "failed", "broken"])
    #expect(counts.values.min()! > 40, "\(counts)")
  }

  /// One to three random changes.
  private static func damage(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
    var damaged = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      if damaged.isEmpty { return damaged }
      let place = Int.random(in: 0..<damaged.count, using: &random)
      let end = min(damaged.count, place + Int.random(in: 1...6, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: damaged[place] = .random(in: 0...255, using: &random)
      case 2: damaged.insert(.random(in: 0...255, using: &random), at: place)
      case 3: damaged.removeSubrange(place..<end)
      case 4: damaged.insert(contentsOf: Array(damaged[place..<end]), at: place)
      default: damaged.removeSubrange(place...)
      }
    }
    return damaged
  }
}

extension ErrorResponse {
  /// The error, and that the transaction has failed.
  fileprivate func encodedFailure() -> [UInt8] {
    encoded() + ReadyForQuery(status: .failed).encoded()
  }
}
