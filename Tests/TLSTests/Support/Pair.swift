import TLS

/// A client and a server that are connected in memory.
struct Pair: ~Copyable {
  /// One side: its stream, what it has sent that has not arrived, and what it was told.
  struct Side: ~Copyable {
    var stream: TLSStream
    /// On its way from this side to the other.
    var out: [UInt8] = []
    /// What the other side has said.
    var plaintext: [UInt8] = []
    /// Why this side has given up.
    var error: TLSError?

    init(_ stream: consuming TLSStream) { self.stream = stream }

    mutating func send(_ text: [UInt8]) throws(TLSError) {
      try stream.send(text.span.bytes, ciphertext: &out)
    }

    /// Takes bytes; keeps the error, as the alert still has to go out.
    mutating func take(_ bytes: [UInt8]) {
      guard error == nil else { return }
      do throws(TLSError) {
        _ = try stream.receive(bytes.span.bytes, plaintext: &plaintext, ciphertext: &out)
      } catch {
        self.error = error
      }
    }
  }

  var client: Side
  var server: Side
  private var random: Cuts

  init(
    client: TLSContext, server: TLSContext, serverName: String? = nil, seed: UInt64 = 1
  ) throws(TLSError) {
    let clientStream = try TLSStream(client, serverName: serverName)
    let serverStream = try TLSStream(server)
    self.client = Side(clientStream)
    self.server = Side(serverStream)
    random = Cuts(state: seed)
  }

  /// Lets the client begin, and moves bytes to and fro until none are under way.
  mutating func run() {
    client.take([])
    while !client.out.isEmpty || !server.out.isEmpty {
      if !client.out.isEmpty { server.take(random.cut(&client.out)) }
      if !server.out.isEmpty { client.take(random.cut(&server.out)) }
    }
  }
}

/// Cuts bytes anywhere, as a seed says.
struct Cuts {
  var state: UInt64

  /// Takes 1 byte or more off the front: mostly few, sometimes all.
  mutating func cut(_ bytes: inout [UInt8]) -> [UInt8] {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let draw = Int(state >> 33)
    let most = draw % 3 == 0 ? bytes.count : min(bytes.count, 40_000)
    let head = Array(bytes.prefix(1 + (draw / 3) % most))
    bytes.removeFirst(head.count)
    return head
  }
}

/// Bytes that differ from their neighbours, so that a shift or a swap shows.
func pattern(_ count: Int, seed: UInt32 = 1) -> [UInt8] {
  var state = seed &* 2_654_435_761
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return UInt8(truncatingIfNeeded: state >> 24)
  }
}
