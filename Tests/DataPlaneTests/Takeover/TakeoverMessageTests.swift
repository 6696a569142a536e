import Authentication
import RandomNumbers
import Routing
import ShardMap
import Testing

@testable import DataPlane

@Suite("Messages of a takeover")
struct TakeoverMessageTests {
  private static let messages: [TakeoverMessage] = [
    .hello(version: 1, processID: 4_711), .refused("it is stopping"),
    .socket(name: "listener 0", address: "127.0.0.1:6432"), .socketsEnd(count: 3), .ready,
    .client(number: 1, .sample), .client(number: .max, .bare), .adopted(number: 1 << 40),
    .declined(number: 2, "no room"), .cancel(listener: 1, packet: [0, 0, 0, 16, 1, 2]),
  ]

  private func read(_ pieces: [[UInt8]]) throws -> [TakeoverMessage] {
    var reader = TakeoverReader()
    var found: [TakeoverMessage] = []
    for piece in pieces {
      reader.append(piece[...])
      while let message = try reader.next() { found.append(message) }
    }
    return found
  }

  @Test("are read as they were written, a byte at a time, in random pieces, and all at once")
  func pieces() throws {
    let stream = Self.messages.flatMap(\.encoded)
    #expect(try read([stream]) == Self.messages)
    #expect(try read(Cuts.single(stream)) == Self.messages)
    var random = SplitMix64(seed: 7)
    for _ in 0..<50 {
      #expect(try read(Cuts.random(stream, longest: 90, &random)) == Self.messages)
    }
  }

  @Test("are refused when they end in the middle of a value", arguments: messages)
  func short(message: TakeoverMessage) {
    let body = message.encoded.dropFirst(TakeoverMessage.lengthBytes)
    for count in 0..<body.count {
      // Clients are read by tags: one may be left out, but not cut.
      let isWhole = (try? TakeoverMessage(Array(body.prefix(count))[...])) != nil
      if case .client = message { continue }
      if case .hello = message { continue }
      #expect(!isWhole, "\(message.name) of \(count) bytes")
    }
  }

  @Test("are refused when they are longer than any may be, before they have come")
  func long() {
    var length = TakeoverWriter()
    length.put(UInt32(TakeoverLimits.messageBytes + 1))
    #expect(throws: TakeoverError.self) { try read([length.bytes]) }
  }

  @Test("are refused when there is no such kind, or bytes follow")
  func malformed() {
    #expect(throws: TakeoverError.malformed("there is no message 99")) {
      try TakeoverMessage([99])
    }
    #expect(throws: TakeoverError.self) {
      try TakeoverMessage(TakeoverMessage.ready.encoded[TakeoverMessage.lengthBytes...] + [0])
    }
  }

  @Test("never end the process, whatever they hold: 20,000 random ones, and damaged clients")
  func damaged() {
    var random = SplitMix64(seed: 11)
    let whole = TakeoverMessage.client(number: 1, .sample).encoded[TakeoverMessage.lengthBytes...]
    for round in 0..<20_000 {
      var bytes = round.isMultiple(of: 2) ? Array(whole) : random.bytes(Int(random.next() % 60))
      if !bytes.isEmpty {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      if let message = try? TakeoverMessage(bytes[...]) { #expect(!message.name.isEmpty) }
    }
  }

  @Test("leave out what a later version may add to a client")
  func unknownTag() throws {
    var writer = TakeoverWriter()
    writer.put(tag: 200) { $0.put("what only a later version knows") }
    HandedClient.sample.write(to: &writer)
    var fields = TakeoverFields(writer.bytes[...])
    #expect(try HandedClient(reading: &fields) == .sample)
  }

  @Test(
    "carry credentials of every kind",
    arguments: [
      Credential.none, .password(Array("geheim".utf8)),
      .scram(
        ScramKeys(password: [1, 2], salt: [UInt8](repeating: 3, count: 16), iterations: 4096)),
      .md5(MD5Verifier(parsing: Array("md5".utf8) + [UInt8](repeating: 0x61, count: 32))!),
    ])
  func credentials(credential: Credential) throws {
    let bytes = credential.secretBytes
    #expect(try #require(Credential(secretBytes: bytes)).secretBytes == bytes)
    if case .scram = credential {
      #expect(Credential(secretBytes: Array(bytes.dropLast())) == nil)
    }
  }
}

extension HandedClient {
  /// One with something of everything.
  static var sample: HandedClient {
    var client = HandedClient()
    client.listener = 2
    client.tenant = Array("acme".utf8)
    client.user = Array("app".utf8)
    client.startup = [0, 0, 0, 9, 0, 3, 0, 0, 0]
    client.credential = Credential.password([1, 2, 3]).secretBytes
    client.tier = .bounded(milliseconds: 1_500)
    client.wantsNotices = true
    client.settings = [
      Setting(name: Array("TimeZone".utf8), value: Array("UTC".utf8)),
      Setting(name: Array("application_name".utf8), value: []),
    ]
    client.unreported = Array("statement_timeout 5000\n".utf8)
    client.statements = [
      Statement(name: Array("s1".utf8), definition: Array("SELECT 1\0\0\0".utf8)),
      Statement(name: [], definition: [0, 0, 0]),
    ]
    client.cancelKey = .max
    client.floor = SessionFloor(
      lastWriteEndedAt: MonotonicTime(nanoseconds: 77), explicit: LogPosition(rawValue: 88))
    client.origin = SocketAddress(ipv4: 0x0A01_0203, port: 5_000)
    client.acceptedAt = MonotonicTime(nanoseconds: 5)
    client.lastActivity = MonotonicTime(nanoseconds: 6)
    return client
  }

  /// One of which nothing is known that needn't be.
  static var bare: HandedClient {
    var client = HandedClient()
    client.tenant = [1]
    client.startup = [2]
    return client
  }
}
