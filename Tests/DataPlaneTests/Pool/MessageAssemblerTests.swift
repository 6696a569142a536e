import RandomNumbers
import Testing
import Wire

@testable import DataPlane

@Suite("Message assembler")
struct MessageAssemblerTests {
  private struct Message: Equatable {
    let type: UInt8
    let body: [UInt8]
  }

  private func assemble(
    _ pieces: [[UInt8]], maximumBytes: Int
  ) throws(FramingError) -> [Message] {
    var assembler = MessageAssembler(maximumBytes: maximumBytes)
    var messages: [Message] = []
    for piece in pieces {
      var offset = 0
      while let type = try assembler.next(piece.span.bytes, from: &offset) {
        messages.append(Message(type: type, body: assembler.body))
      }
      #expect(offset == piece.count)
    }
    return messages
  }

  @Test("gives whole messages, wherever the bytes are cut", arguments: 0..<30 as Range<UInt64>)
  func cuts(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let messages = (0..<8).map { _ in
      let bodyBytes = Bool.random(using: &random) ? 0 : Int.random(in: 1...60, using: &random)
      return Message(type: UInt8.random(in: 0...255, using: &random), body: random.bytes(bodyBytes))
    }
    let stream = messages.flatMap { MessageEncoder.encode(type: $0.type, body: $0.body) }
    let ways =
      [[stream], Cuts.single(stream)] + [3, 20].map { Cuts.random(stream, longest: $0, &random) }
    for pieces in ways {
      #expect(try assemble(pieces, maximumBytes: 64) == messages)
    }
  }

  @Test("takes a message of the limit, and none that is longer")
  func limit() throws {
    let longest = Packets.message("R", [UInt8](repeating: 1, count: 60))
    #expect(try assemble([longest], maximumBytes: 64).count == 1)
    // Known by its header: the body need not come.
    let tooLong = Array(Packets.message("R", [UInt8](repeating: 1, count: 61)).prefix(5))
    #expect(
      throws: FramingError.lengthOutOfRange(type: UInt8(ascii: "R"), length: 65, maximum: 64)
    ) {
      try assemble(Cuts.single(tooLong), maximumBytes: 64)
    }
  }

  @Test(
    "a length that can't be right is a fault",
    arguments: [[0, 0, 0, 0], [0, 0, 0, 3], [0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]])
  func malformed(length: [UInt8]) {
    #expect(throws: FramingError.self) {
      try assemble([Array("R".utf8) + length], maximumBytes: 64)
    }
  }
}
