import Testing

@testable import DataPlane

@Suite struct QueueRoundTests {
  @Test("what a round has found counts until the next one is done")
  func rounds() {
    var round = QueueRound()
    round.note(5)
    round.note(3)
    round.turn(next: 2)
    #expect(round.longestWait == 5 && round.next == 2)
    round.note(1)
    round.turn(next: 0)
    #expect(round.longestWait == 5 && round.next == 0)
    round.note(2)
    #expect(round.longestWait == 5)
    round.turn(next: 0)
    #expect(round.longestWait == 2)
  }
}
