import RandomNumbers
import Testing
import TestSupport
import Wire

/// Thousands of damaged packets: no parser traps, and what it says never depends on the cuts.
@Suite("Damaged bytes")
struct MutationTests {
  static let rounds = 10_000

  static let initialPackets: [[UInt8]] = [
    Packets.sslRequest,
    Packets.gssEncryptionRequest,
    Packets.cancelRequest(processID: 7, key: [1, 2, 3, 4]),
    Packets.cancelRequest(processID: 7, key: .init(repeating: 5, count: 32)),
    Packets.startup(["user": "u", "database": "acme", "application_name": "psql"]),
    Packets.startup(version: "00030002", ["user": "u.acme", "options": "-c shardway.tenant=a"]),
  ]

  static let hellos: [[UInt8]] = [
    CapturedHellos.opensslWithNameAndProtocol,
    HelloBuilder.named("acme.db").flight,
    HelloBuilder.records(HelloBuilder.named("acme.db").handshake, cutAfter: [1, 2, 30]),
    HelloBuilder(extensions: [HelloBuilder.applicationProtocols(["postgresql", "h2"])]).flight,
  ]

  static let streams: [[UInt8]] = [
    MessageScannerTests.stream,
    Packets.message("Z", [73]) + Packets.message("n") + Packets.message("n"),
    Packets.message("Q", Packets.text("select 1")),
  ]

  /// How often a decoder came to each kind of end; a test that sees one kind only tests little.
  struct Tally {
    var decoded = 0
    var refused = 0
    var incomplete = 0

    mutating func count<Value, Refusal>(_ verdict: Verdict<Value, Refusal>) {
      switch verdict {
      case .decoded: decoded += 1
      case .refused: refused += 1
      case .incomplete: incomplete += 1
      }
    }

    func expectVariety() {
      #expect(min(decoded, refused, incomplete) > 20, "\(self)")
    }
  }

  @Test("of a first packet get one verdict, however they arrive")
  func initialPacket() {
    var mutator = Mutator(seed: 1)
    var random = SplitMix64(seed: 2)
    var tally = Tally()
    for round in 0..<Self.rounds {
      let bytes = mutator.mutate(Self.initialPackets[round % Self.initialPackets.count])
      let whole = verdict(on: bytes, arriving: [bytes.count], decode: InitialPacket.decode)
      tally.count(whole)
      for cut in Cut.allCases {
        let arrivals = cut.arrivals(of: bytes.count, using: &random)
        #expect(verdict(on: bytes, arriving: arrivals, decode: InitialPacket.decode) == whole)
      }
      if case .decoded(let decoded) = whole { checkRanges(of: decoded, in: bytes) }
    }
    tally.expectVariety()
  }

  @Test("of a TLS hello get one verdict, however they arrive")
  func clientHello() {
    var mutator = Mutator(seed: 3)
    var random = SplitMix64(seed: 4)
    var tally = Tally()
    for round in 0..<Self.rounds {
      let bytes = mutator.mutate(Self.hellos[round % Self.hellos.count])
      let whole = verdict(on: bytes, arriving: [bytes.count], decode: ClientHello.decode)
      tally.count(whole)
      for cut in Cut.allCases {
        let arrivals = cut.arrivals(of: bytes.count, using: &random)
        #expect(verdict(on: bytes, arriving: arrivals, decode: ClientHello.decode) == whole)
      }
    }
    tally.expectVariety()
  }

  @Test("of a stream of messages give the same messages, however they arrive")
  func messages() {
    var mutator = Mutator(seed: 5)
    var random = SplitMix64(seed: 6)
    var refused = 0
    for round in 0..<Self.rounds {
      let bytes = mutator.mutate(Self.streams[round % Self.streams.count])
      let whole = MessageScannerTests.scan(bytes, arriving: [bytes.count], maximumLength: 1_000)
      if whole.error != nil { refused += 1 }
      for cut in Cut.allCases {
        let arrivals = cut.arrivals(of: bytes.count, using: &random)
        let cutUp = MessageScannerTests.scan(bytes, arriving: arrivals, maximumLength: 1_000)
        #expect(cutUp.messages == whole.messages)
        #expect(cutUp.error == whole.error)
      }
    }
    #expect(refused > 100)
  }

  /// What a decoded packet points to must lie inside of it.
  private func checkRanges(of decoded: InitialPacket.Decoded, in bytes: [UInt8]) {
    #expect(decoded.byteCount <= bytes.count)
    switch decoded.packet {
    case .sslRequest, .gssEncryptionRequest: #expect(decoded.byteCount == 8)
    case .cancelRequest(let request):
      #expect(request.key.upperBound == decoded.byteCount)
    case .startup(let message):
      for parameter in message.parameters {
        #expect(!parameter.name.isEmpty && parameter.name.lowerBound >= 8)
        #expect(parameter.value.upperBound < decoded.byteCount)
        #expect(!bytes[parameter.name].contains(0) && !bytes[parameter.value].contains(0))
      }
    }
  }
}
