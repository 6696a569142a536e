import RandomNumbers
import Testing
import TestSupport
import Wire

@Suite("Messages in a stream")
struct MessageScannerTests {
  /// A message as the scanner's events tell it.
  struct Scanned: Equatable {
    var type: UInt8
    var bodyLength: Int
    var body: [UInt8] = []
    var isComplete: Bool
  }

  /// What a scanner said of a stream that arrived in pieces.
  static func scan(
    _ stream: [UInt8], arriving arrivals: [Int], maximumLength: Int = PostgresLimits.messageBytes
  ) -> (messages: [Scanned], error: FramingError?) {
    var scanner = MessageScanner(maximumLength: maximumLength)
    var messages: [Scanned] = []
    var start = 0
    for end in arrivals {
      let slice = Array(stream[start..<end])
      start = end
      var offset = 0
      do throws(FramingError) {
        while let event = try scanner.next(slice.span.bytes, from: &offset) {
          switch event {
          case .header(let type, let bodyLength):
            messages.append(
              Scanned(type: type, bodyLength: bodyLength, isComplete: bodyLength == 0))
          case .body(let range, let isLast):
            #expect(!range.isEmpty)
            messages[messages.count - 1].body += slice[range]
            messages[messages.count - 1].isComplete = isLast
          }
        }
      } catch {
        return (messages, error)
      }
      #expect(offset == slice.count)
    }
    return (messages, nil)
  }

  static let stream: [UInt8] =
    Packets.message("R", hex("00000000")) + Packets.message("S", Packets.text("a") + [98, 0])
    + Packets.message("n") + Packets.message("D", .init(repeating: 7, count: 300))
    + Packets.message("Z", [73])

  @Test("messages are found with their bodies, whatever the cuts", arguments: Cut.allCases)
  func messages(cut: Cut) {
    for seed in 0..<50 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let arrivals = cut.arrivals(of: Self.stream.count, using: &random)
      let (messages, error) = Self.scan(Self.stream, arriving: arrivals)
      #expect(error == nil)
      #expect(messages.map(\.type) == Array("RSnDZ".utf8))
      #expect(messages.map(\.bodyLength) == [4, 4, 0, 300, 1])
      #expect(messages.map(\.body.count) == messages.map(\.bodyLength))
      #expect(!messages.contains { !$0.isComplete })
      #expect(messages[3].body == .init(repeating: 7, count: 300))
    }
  }

  @Test("the boundary between two messages is known, and no other place is taken for one")
  func boundary() throws {
    var scanner = MessageScanner()
    let message = Packets.message("Z", [73])
    for (index, byte) in message.enumerated() {
      #expect(scanner.isAtMessageBoundary == (index == 0))
      var offset = 0
      let piece = [byte]
      while try scanner.next(piece.span.bytes, from: &offset) != nil {}
    }
    #expect(scanner.isAtMessageBoundary)
  }

  @Test("a body that is skipped gives no event, as far as it is there", arguments: 0...12)
  func skippedBody(cut: Int) throws {
    let stream = Packets.message("D", [1, 2, 3, 4, 5, 6, 7]) + Packets.message("Z", [73])
    var scanner = MessageScanner()
    var events: [ScanEvent] = []
    for piece in [Array(stream[..<cut]), Array(stream[cut...])] {
      var offset = 0
      while let event = try scanner.next(piece.span.bytes, from: &offset) {
        events.append(event)
        if event == .header(type: 0x44, bodyLength: 7) {
          scanner.skipBody(piece.span.bytes, from: &offset)
        }
      }
    }
    let isCutInside = (5..<12).contains(cut)
    let end = stream.count - cut
    #expect(
      events == [.header(type: 0x44, bodyLength: 7)]
        + (isCutInside ? [.body(0..<12 - cut, isLast: true)] : [])
        + [.header(type: 0x5A, bodyLength: 1)]
        + [.body(end - 1..<end, isLast: true)])
    #expect(scanner.isAtMessageBoundary)
  }

  @Test("a body of a gigabyte costs nothing but its header")
  func largestBody() throws {
    var scanner = MessageScanner()
    let header = hex("44 3ffffffe")
    var offset = 0
    let event = try scanner.next(header.span.bytes, from: &offset)
    #expect(event == .header(type: 0x44, bodyLength: 0x3fff_fffa))
    let piece = [UInt8](repeating: 0, count: 4096)
    offset = 96
    #expect(
      try scanner.next(piece.span.bytes, from: &offset) == .body(96..<4096, isLast: false))
  }

  @Test(
    "a length that no message has is refused before its body",
    arguments: [
      ("00000000", 0), ("00000003", 3), ("ffffffff", -1), ("80000000", .min), ("7fffffff", .max),
      ("00000401", 1025),
    ] as [(String, Int32)])
  func refusedLength(bytes: String, length: Int32) {
    let stream = Packets.message("Z", [73]) + hex("51" + bytes) + [1, 2, 3]
    let expected = FramingError.lengthOutOfRange(type: 0x51, length: length, maximum: 1024)
    for arrivals in [[stream.count], Array(0...stream.count), [3, 8, stream.count]] {
      let (messages, error) = Self.scan(stream, arriving: arrivals, maximumLength: 1024)
      #expect(messages.count == 1)
      #expect(error == expected)
    }
  }

  @Test("a scanner that has refused a stream refuses all that follows")
  func refusesForGood() {
    var scanner = MessageScanner()
    let bad = hex("51 00000000")
    let good = Packets.message("Z", [73])
    var offset = 0
    #expect(throws: FramingError.self) { try scanner.next(bad.span.bytes, from: &offset) }
    for _ in 0..<3 {
      offset = 0
      #expect(throws: FramingError.self) { try scanner.next(good.span.bytes, from: &offset) }
      #expect(offset == 0)
    }
    #expect(!scanner.isAtMessageBoundary)
  }

  @Test("the longest message allowed is taken")
  func longestAllowed() {
    let stream = Packets.message("Q", .init(repeating: 1, count: 1020))
    let (messages, error) = Self.scan(stream, arriving: [stream.count], maximumLength: 1024)
    #expect(error == nil)
    #expect(messages.count == 1)
  }
}
