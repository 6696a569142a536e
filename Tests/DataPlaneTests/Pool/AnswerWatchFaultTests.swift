import RandomNumbers
import Testing
import Wire

@testable import DataPlane

@Suite("Answer watch, when a server speaks something else")
struct AnswerWatchFaultTests {
  private static let faults: [(type: Character, length: [UInt8])] = [
    ("C", [0, 0, 0, 0]), ("C", [0, 0, 0, 3]), ("D", [0xFF, 0xFF, 0xFF, 0xFF]),
    ("D", [0x80, 0, 0, 0]), ("E", [0x7F, 0xFF, 0xFF, 0xFF]),
    // A ReadyForQuery has one byte.
    ("Z", [0, 0, 0, 4]), ("Z", [0, 0, 0, 6]),
  ]

  @Test("a length that can't be right is a fault, and is told at each cut", arguments: faults)
  func lengths(type: Character, length: [UInt8]) {
    var watch = AnswerWatch()
    watch.owed.append(.ownQuery)
    watch.owed.append(.query)
    let stream =
      Packets.message("C", Packets.text("SET")) + [type.asciiValue!] + length + [73, 73, 73]
    for pieces in Cuts.inTwo(stream) + [[stream], Cuts.single(stream)] {
      #expect(throws: FramingError.self) { try WatchedAnswers(pieces, by: watch) }
    }
  }

  @Test(
    "bytes that were changed make the same sense at each cut, or the same fault",
    arguments: 0..<200 as Range<UInt64>)
  func mutations(seed: UInt64) {
    let talk = PooledConversation(seed: seed)
    var random = SplitMix64(seed: ~seed)
    var stream = talk.stream
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard let place = stream.indices.randomElement(using: &random) else { continue }
      stream[place] = UInt8.random(in: 0...255, using: &random)
    }
    let whole = try? WatchedAnswers([stream], by: talk.watch)
    let cut = try? WatchedAnswers(Cuts.random(stream, longest: 7, &random), by: talk.watch)
    #expect((whole == nil) == (cut == nil))
    guard let whole, let cut else { return }
    #expect(whole.told == cut.told && whole.unanswered == cut.unanswered)
    #expect(whole.owedCount == cut.owedCount)
    if whole.isBetweenMessages { #expect(whole.forwarded == cut.forwarded) }
  }
}
