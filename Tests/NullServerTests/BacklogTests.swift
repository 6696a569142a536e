import Testing

@testable import NullServer

@Suite struct BacklogTests {
  /// Takes everything off in pieces of at most `most` bytes.
  func drain(_ backlog: inout Backlog, most: Int = .max) -> [UInt8] {
    var all: [UInt8] = []
    while !backlog.isEmpty {
      let bytes = backlog.next().prefix(most)
      all += bytes
      backlog.removeFirst(bytes.count)
    }
    return all
  }

  /// Adds the text as a piece of an answer.
  func append(
    _ text: String, to backlog: inout Backlog, skipping: Int = 0, isPlaintext: Bool = false
  ) {
    var bytes = Array(text.utf8)
    bytes.withUnsafeMutableBufferPointer {
      let piece = AnswerBuffer.Piece(bytes: $0.baseAddress!, count: $0.count)
      backlog.append(piece, skipping: skipping, isPlaintext: isPlaintext)
    }
  }

  @Test(arguments: [1, 3, 1_000, Int.max])
  func `what waits comes in order, however much is taken`(most: Int) {
    var backlog = Backlog()
    append("one ", to: &backlog)
    backlog.append(AnswerBuffer.Piece(bytes: nil, count: 3_000), isPlaintext: false)
    append("skipped two", to: &backlog, skipping: 7)
    append("all skipped", to: &backlog, skipping: 11)
    let held = backlog.heldBytes
    #expect(held == 8)
    let all = drain(&backlog, most: most)
    #expect(all == Array("one ".utf8) + [UInt8](repeating: 120, count: 3_000) + Array(" two".utf8))
    let left = backlog.heldBytes
    #expect(left == 0)
  }

  @Test func `ciphertext goes before all that is not encrypted`() {
    var backlog = Backlog()
    append("S", to: &backlog)
    append("plain", to: &backlog, isPlaintext: true)
    for text in ["1", "2"] {
      Array(text.utf8).withUnsafeBytes { backlog.insert(ciphertext: $0) }
    }
    let all = drain(&backlog)
    #expect(all == Array("S12plain".utf8))
  }

  @Test func `a run longer than the page comes in pages`() {
    var backlog = Backlog()
    let count = 3 * NullServerLimits.fillPageBytes + 5
    backlog.append(AnswerBuffer.Piece(bytes: nil, count: count), isPlaintext: false)
    let first = backlog.next().count
    #expect(first == NullServerLimits.fillPageBytes)
    let all = drain(&backlog)
    #expect(all.count == count)
  }

  @Test func `many pieces that come and go leave nothing`() {
    var backlog = Backlog()
    var expected: [UInt8] = []
    var all: [UInt8] = []
    for number in 0..<1_000 {
      append("\(number) ", to: &backlog)
      append("\(number) ", to: &backlog)
      expected += Array("\(number) \(number) ".utf8)
      let bytes = Array(backlog.next())
      all += bytes
      backlog.removeFirst(bytes.count)
    }
    all += drain(&backlog)
    #expect(all == expected)
    let held = backlog.heldBytes
    #expect(held == 0)
  }
}
