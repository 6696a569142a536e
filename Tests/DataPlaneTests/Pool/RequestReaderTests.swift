import RandomNumbers
import Testing
import Wire

@testable import DataPlane

@Suite("Request reader")
struct RequestReaderTests {
  /// A client's messages, some of which are too long to be gathered.
  private static func messages(_ random: inout SplitMix64, longest: Int) -> [[UInt8]] {
    (0..<Int.random(in: 1...12, using: &random)).map { _ in
      let type = Array("QPBEDCHSFdcfX").randomElement(using: &random) ?? "Q"
      let length =
        Bool.random(using: &random)
        ? Int.random(in: 0...8, using: &random) : Int.random(in: 0...longest, using: &random)
      return Packets.message(type, random.bytes(length))
    }
  }

  @Test(
    "reads the same messages, wherever the bytes are cut", arguments: 0..<60 as Range<UInt64>)
  func cuts(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let messages = Self.messages(&random, longest: 400)
    let stream = messages.flatMap(\.self)
    let types = messages.map { Character(UnicodeScalar($0[0])) }
    let ways =
      [[stream], Cuts.single(stream)]
      + [2, 6, 40, 400].map { Cuts.random(stream, longest: $0, &random) }
    for pieces in ways {
      let read = ReadRequests(pieces)
      #expect(read.sent == stream && read.types == types)
      #expect(read.isBetweenMessages && !read.isFaulty)
    }
  }

  @Test("reads long messages, wherever the bytes are cut", arguments: 0..<6 as Range<UInt64>)
  func longCuts(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let messages = Self.messages(&random, longest: 3 * RequestReader.gatherBytes)
    let stream = messages.flatMap(\.self)
    let types = messages.map { Character(UnicodeScalar($0[0])) }
    for longest in [100, 5_000, 70_000, 1_000_000] {
      let read = ReadRequests(Cuts.random(stream, longest: longest, &random))
      #expect(read.sent == stream && read.types == types)
      #expect(read.isBetweenMessages && !read.isFaulty)
    }
  }

  @Test("gives a message that lies in the bytes whole as its place, header included")
  func whole() throws {
    var reader = RequestReader()
    let bytes = Packets.message("S") + Packets.message("Q", Packets.text("SELECT 1"))
    var offset = 0
    let first = try reader.next(bytes.span.bytes, from: &offset)
    let second = try reader.next(bytes.span.bytes, from: &offset)
    let none = try reader.next(bytes.span.bytes, from: &offset)
    guard case .whole(UInt8(ascii: "S"), 0..<5) = first,
      case .whole(UInt8(ascii: "Q"), 5..<19) = second, none == nil
    else {
      Issue.record("\(first.debugDescription), \(second.debugDescription)")
      return
    }
    #expect(reader.isBetweenMessages && reader.gathered.isEmpty)
  }

  @Test("is between messages only when nothing of the next has come")
  func betweenMessages() {
    let message = Packets.message("P", Packets.text("") + Packets.text("SELECT 1") + [0, 0])
    for count in 0...message.count {
      let read = ReadRequests([Array(message.prefix(count))])
      #expect(read.isBetweenMessages == (count == 0 || count == message.count))
    }
  }

  /// A message's type, its length, and how much of its body is gathered when it comes in pieces of 1,000 bytes; nil when it is gathered whole.
  private static let longOnes: [(type: Character, bodyBytes: Int, gathered: Int?)] = [
    ("Q", RequestReader.gatherBytes, nil), ("Q", RequestReader.gatherBytes + 1, 0),
    ("B", RequestReader.gatherBytes, nil), ("B", RequestReader.gatherBytes + 1, 2_995),
    ("P", RequestReader.gatherBytes, nil), ("P", 80_000, 2_995),
    ("F", RequestReader.gatherBytes + 1, 0), ("d", 1_500, 0),
  ]

  @Test(
    "gathers what is not long, and of long ones the beginning that has the names",
    arguments: longOnes)
  func gathering(type: Character, bodyBytes: Int, gathered: Int?) throws {
    var random = SplitMix64(seed: 1)
    let body = random.bytes(bodyBytes)
    let stream = Packets.message(type, body)
    var reader = RequestReader()
    for start in stride(from: 0, to: stream.count, by: 1_000) {
      let piece = Array(stream[start..<min(start + 1_000, stream.count)])
      var offset = 0
      guard let event = try reader.next(piece.span.bytes, from: &offset) else { continue }
      switch (event, gathered) {
      case (.gathered(type.asciiValue!), nil):
        #expect(reader.gathered == body)
      case (.long(type.asciiValue!, bodyLength: bodyBytes), .some(let count)):
        #expect(reader.gathered == Array(body.prefix(count)))
      default:
        Issue.record("\(event)")
      }
      return
    }
    Issue.record("nothing was told of the message")
  }

  @Test(
    "gives back the memory of a large message, and keeps that of others", arguments: [9, 30_000])
  func forgetting(bodyBytes: Int) throws {
    var reader = RequestReader()
    let body = [UInt8](repeating: 0x20, count: bodyBytes)
    for piece in Cuts.single(Packets.message("Q", body)) {
      var offset = 0
      _ = try reader.next(piece.span.bytes, from: &offset)
    }
    #expect(reader.gathered == body)
    reader.forgetLarge()
    let isKept = bodyBytes <= RequestReader.keptBytes
    #expect(reader.gathered.isEmpty == !isKept)
    #expect((reader.gathered.capacity > 0) == isKept)
  }

  @Test(
    "a length that can't be right is a fault, at each cut",
    arguments: [
      [0, 0, 0, 0], [0, 0, 0, 3], [0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0],
      [0x3F, 0xFF, 0xFF, 0xFF],
    ] as [[UInt8]])
  func malformed(length: [UInt8]) {
    let sync = Packets.message("S")
    let stream = sync + Array("Q".utf8) + length + [1, 2, 3]
    for pieces in Cuts.inTwo(stream) + [[stream], Cuts.single(stream)] {
      let read = ReadRequests(pieces)
      #expect(read.isFaulty && read.sent == sync && read.types == ["S"])
    }
  }

  @Test(
    "whatever was changed in the bytes, what is sent on is what came",
    arguments: 0..<100 as Range<UInt64>)
  func mutations(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var stream = Self.messages(&random, longest: 400).flatMap(\.self)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard let place = stream.indices.randomElement(using: &random) else { continue }
      stream[place] = UInt8.random(in: 0...255, using: &random)
    }
    for pieces in [[stream], Cuts.single(stream), Cuts.random(stream, longest: 9, &random)] {
      let read = ReadRequests(pieces)
      #expect(stream.starts(with: read.sent))
      if read.isBetweenMessages && !read.isFaulty { #expect(read.sent == stream) }
    }
  }
}
