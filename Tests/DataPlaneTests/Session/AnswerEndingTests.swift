import Testing
import Wire

@testable import DataPlane

@Suite("The end of an answer")
struct AnswerEndingTests {
  /// The status that is known after some pieces have come, one after the other.
  private func status(after pieces: [[UInt8]]) -> UInt8 {
    var ending = AnswerEnding()
    for piece in pieces { ending.append(piece.span.bytes) }
    return ending.readyStatus
  }

  @Test(
    "is known wherever its bytes are cut",
    arguments: [TransactionStatus.idle, .inTransaction, .failed])
  func cut(status: TransactionStatus) {
    let answer = CommandComplete.encoded(tag: "SELECT 1") + ReadyForQuery(status: status).encoded()
    for first in 0..<answer.count {
      for second in first..<answer.count {
        let pieces = [answer[..<first], answer[first..<second], answer[second...]].map(Array.init)
        #expect(self.status(after: pieces) == status.rawValue)
      }
    }
    #expect(self.status(after: answer.map { [$0] }) == status.rawValue)
  }

  @Test("is not taken for one before all of it has come, or when more has")
  func other() {
    let ready = ReadyForQuery(status: .idle).encoded()
    for count in 0..<ready.count { #expect(status(after: [Array(ready[..<count])]) == 0) }
    #expect(status(after: [ready, [0]]) == 0)
    #expect(status(after: [CommandComplete.encoded(tag: "BEGIN")]) == 0)
    #expect(status(after: [ready, CommandComplete.encoded(tag: "BEGIN"), ready]) != 0)
  }
}
