import TLS
import Testing

@Suite("Calls on the caller's memory")
struct MemoryTests {
  let client: TLSContext
  let server: TLSContext

  init() throws {
    let certificates = try Certificates.shared.get()
    client = try TLSContext(client: TLSContext.ClientSettings(caPath: certificates.certificate))
    server = try TLSContext(
      server: TLSContext.ServerSettings(
        certificatePath: certificates.certificate, keyPath: certificates.key))
  }

  func pair(piece: Int) throws -> MemoryPair {
    try MemoryPair(client: client, server: server, serverName: "a.db.localhost", piece: piece)
  }

  @Test(
    "come to terms and carry data in pieces of any size", arguments: [1, 2, 7, 100, 4096, 40_000])
  func pieces(piece: Int) throws {
    var pair = try pair(piece: piece)
    _ = try pair.facts()
    let (question, answer) = (pattern(5_000), pattern(40_000, seed: 2))
    try pair.client.write(question)
    try pair.server.write(answer)
    pair.run()
    let (arrived, cameBack) = (pair.server.plaintext, pair.client.plaintext)
    #expect(arrived == question)
    #expect(cameBack == answer)
  }

  @Test("move more than a record at once")
  func large() throws {
    var pair = try pair(piece: 100_000)
    _ = try pair.facts()
    let much = pattern(1 << 20)
    try pair.client.write(much)
    let outgoing = pair.client.stream.outgoingCount
    #expect(outgoing > much.count)
    pair.run()
    let arrived = pair.server.plaintext
    #expect(arrived == much)
  }

  @Test("read nothing into no room, and lose nothing by it")
  func noRoom() throws {
    var pair = try pair(piece: 16_384)
    _ = try pair.facts()
    try pair.client.write([1, 2, 3])
    let bytes = pair.client.give(room: 16_384)
    pair.server.take(bytes, room: 0)
    let before = pair.server.plaintext
    #expect(before.isEmpty)
    pair.server.take([], room: 2)
    let after = pair.server.plaintext
    #expect(after == [1, 2, 3])
  }

  @Test("say good-bye once, behind what was written")
  func close() throws {
    var pair = try pair(piece: 16_384)
    _ = try pair.facts()
    try pair.client.write([1, 2, 3])
    pair.client.stream.close()
    #expect(throws: TLSError.notEstablished) { try pair.client.write([4]) }
    pair.run()
    let (progress, arrived) = (pair.server.stream.progress, pair.server.plaintext)
    #expect(progress == .closed)
    #expect(arrived == [1, 2, 3])
  }

  @Test("write nothing and close nothing before the handshake")
  func early() throws {
    var pair = try pair(piece: 16_384)
    #expect(throws: TLSError.notEstablished) { try pair.client.write([1]) }
    pair.client.stream.close()
    let (count, facts) = (pair.client.stream.outgoingCount, pair.client.stream.facts)
    #expect(count == 0)
    #expect(facts == nil)
  }

  @Test("leave an alert to be sent when they throw")
  func alert() throws {
    let stranger = try TLSContext(
      client: TLSContext.ClientSettings(verification: .require, applicationProtocols: ["h2"]))
    var pair = try MemoryPair(client: stranger, server: server)
    pair.client.take([], room: 100)
    let hello = pair.client.give(room: 16_384)
    pair.server.take(hello, room: 100)
    let (error, count) = (pair.server.error, pair.server.stream.outgoingCount)
    guard case .handshakeFailed? = error else {
      Issue.record("it was not refused: \(String(describing: error))")
      return
    }
    #expect(count > 0)
  }
}
