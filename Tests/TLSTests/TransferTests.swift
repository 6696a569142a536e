import TLS
import Testing

@Suite struct TransferTests {
  let client: TLSContext
  let server: TLSContext

  init() throws {
    let certificates = try Certificates.shared.get()
    client = try TLSContext(client: TLSContext.ClientSettings(caPath: certificates.certificate))
    server = try TLSContext(
      server: TLSContext.ServerSettings(
        certificatePath: certificates.certificate, keyPath: certificates.key))
  }

  func connected(seed: UInt64 = 1) throws -> Pair {
    var pair = try Pair(
      client: client, server: server, serverName: "a.db.localhost", seed: seed)
    pair.run()
    return pair
  }

  @Test(arguments: [1, 100, 16_384, 16_385, 1 << 20], 1...3 as ClosedRange<UInt64>)
  func `what is sent arrives both ways`(count: Int, seed: UInt64) throws {
    var pair = try connected(seed: seed)
    let (question, answer) = (pattern(count), pattern(count, seed: 2))
    try pair.client.send(question)
    try pair.server.send(answer)
    pair.run()
    let (arrived, cameBack) = (pair.server.plaintext, pair.client.plaintext)
    #expect(arrived == question)
    #expect(cameBack == answer)
  }

  @Test func `many small messages arrive in order`() throws {
    var pair = try connected()
    var all: [UInt8] = []
    for count in 1...300 {
      let message = pattern(count, seed: UInt32(count))
      all += message
      try pair.client.send(message)
    }
    pair.run()
    let arrived = pair.server.plaintext
    #expect(arrived == all)
  }

  @Test(arguments: [0, 5, 20, 60])
  func `a byte that was changed on its way is found`(place: Int) throws {
    var pair = try connected()
    try pair.client.send(pattern(50))
    pair.client.out[min(place, pair.client.out.count - 1)] ^= 1
    pair.run()
    let (error, plaintext) = (pair.server.error, pair.server.plaintext)
    guard case .connectionFailed? = error else {
      Issue.record("the change was not found: \(String(describing: error))")
      return
    }
    #expect(plaintext.isEmpty)
  }

  @Test func `good-bye is heard, and nothing can be sent behind it`() throws {
    var pair = try connected()
    try pair.client.send([1, 2, 3])
    pair.client.stream.close(ciphertext: &pair.client.out)
    #expect(throws: TLSError.notEstablished) { try pair.client.send([4]) }
    pair.run()
    let (progress, plaintext) = (pair.server.stream.progress, pair.server.plaintext)
    #expect(progress == .closed)
    #expect(plaintext == [1, 2, 3])
    // The other direction is still open.
    try pair.server.send([5])
    pair.run()
    let late = pair.client.plaintext
    #expect(late == [5])
  }

  @Test func `nothing can be sent before the handshake`() throws {
    var pair = try Pair(client: client, server: server)
    #expect(throws: TLSError.notEstablished) { try pair.client.send([1]) }
    pair.client.stream.close(ciphertext: &pair.client.out)
    let out = pair.client.out
    #expect(out.isEmpty)
  }

  @Test func `streams hold their context`() throws {
    let certificates = try Certificates.shared.get()
    var stream = try TLSStream(
      try TLSContext(
        server: TLSContext.ServerSettings(
          certificatePath: certificates.certificate, keyPath: certificates.key)))
    var other = try TLSStream(client)
    var (plaintext, toServer, toClient): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
    _ = try other.receive([UInt8]().span.bytes, plaintext: &plaintext, ciphertext: &toServer)
    _ = try stream.receive(
      toServer.span.bytes, plaintext: &plaintext, ciphertext: &toClient)
    let progress = stream.progress
    let agreed = stream.applicationProtocol
    #expect(progress == .handshaking)
    #expect(agreed == "postgresql")
  }
}
