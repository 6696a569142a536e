import TLS

/// A client and a server that are connected in memory by the calls that work on it, in pieces of given sizes.
struct MemoryPair: ~Copyable {
  /// One side: its stream, what the other has said, and why it has given up.
  struct Side: ~Copyable {
    var stream: TLSStream
    var plaintext: [UInt8] = []
    var error: TLSError?

    init(_ stream: consuming TLSStream) { self.stream = stream }

    mutating func take(_ ciphertext: [UInt8], room: Int) {
      guard error == nil else { return }
      ciphertext.withUnsafeBytes { stream.feed($0) }
      let place = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
      defer { place.deallocate() }
      do throws(TLSError) {
        while case let count = try stream.read(into: place), count > 0 {
          plaintext += place[..<count]
        }
      } catch {
        self.error = error
      }
    }

    mutating func give(room: Int) -> [UInt8] {
      var place = [UInt8](repeating: 0, count: room)
      let count = place.withUnsafeMutableBytes { stream.takeOutgoing(into: $0) }
      return Array(place[..<count])
    }

    mutating func write(_ bytes: [UInt8]) throws {
      try bytes.withUnsafeBytes { try stream.write($0) }
    }
  }

  var client: Side
  var server: Side
  private let piece: Int

  init(
    client: TLSContext, server: TLSContext, serverName: String? = nil, sessionKey: [UInt8]? = nil,
    piece: Int = 16_384
  ) throws(TLSError) {
    let clientStream = try TLSStream(client, serverName: serverName, sessionKey: sessionKey)
    let serverStream = try TLSStream(server)
    self.client = Side(clientStream)
    self.server = Side(serverStream)
    self.piece = piece
  }

  /// Lets the client begin, and moves pieces to and fro until none are under way.
  mutating func run() {
    client.take([], room: piece)
    while client.stream.outgoingCount > 0 || server.stream.outgoingCount > 0 {
      let toServer = client.give(room: piece)
      if !toServer.isEmpty { server.take(toServer, room: piece) }
      let toClient = server.give(room: piece)
      if !toClient.isEmpty { client.take(toClient, room: piece) }
    }
  }

  /// What both sides know once they have come to terms.
  mutating func facts() throws -> (client: TLSFacts, server: TLSFacts) {
    run()
    if let error = client.error ?? server.error { throw error }
    guard let ours = client.stream.facts, let theirs = server.stream.facts else {
      throw TLSError.notEstablished
    }
    return (ours, theirs)
  }
}
