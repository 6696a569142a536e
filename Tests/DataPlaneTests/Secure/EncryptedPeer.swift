import Glibc
import TLS

/// One end of a loopback connection that speaks TLS; its calls wait.
final class EncryptedPeer {
  let socket: LoopbackSocket
  private var stream: TLSStream
  private var received: [UInt8] = []

  /// Begins TLS on a connected socket, and comes to terms with the other end.
  init(
    _ socket: LoopbackSocket, _ context: TLSContext, serverName: String? = nil,
    sessionKey: [UInt8]? = nil
  ) throws {
    self.socket = socket
    let stream = try TLSStream(context, serverName: serverName, sessionKey: sessionKey)
    self.stream = stream
    try take([])
    while self.stream.progress == .handshaking { try take(try some()) }
  }

  var facts: TLSFacts? { stream.facts }

  func send(_ bytes: [UInt8]) throws {
    var out: [UInt8] = []
    try stream.send(bytes.span.bytes, ciphertext: &out)
    try socket.send(out)
  }

  /// Exactly that many bytes.
  func receive(_ count: Int) throws -> [UInt8] {
    while received.count < count {
      guard stream.progress == .established else { throw SocketFailure(call: "TLS, which ended") }
      try take(try some())
    }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  /// A start-up packet, or anything else that begins with its length.
  func packet() throws -> [UInt8] {
    let length = try receive(4)
    return length + (try receive(length.reduce(0) { $0 << 8 | Int($1) } - 4))
  }

  /// Whether the other end says good-bye, after whatever it still has to say.
  func isClosed() throws -> Bool {
    while stream.progress == .established { try take(try some()) }
    return stream.progress == .closed
  }

  /// Says good-bye.
  func close() throws {
    var out: [UInt8] = []
    stream.close(ciphertext: &out)
    try socket.send(out)
  }

  private func take(_ ciphertext: [UInt8]) throws {
    var out: [UInt8] = []
    defer { if !out.isEmpty { try? socket.send(out) } }
    _ = try stream.receive(ciphertext.span.bytes, plaintext: &received, ciphertext: &out)
  }

  private func some() throws -> [UInt8] {
    let bytes = try socket.some()
    guard !bytes.isEmpty else { throw SocketFailure(call: "recv, at the end") }
    return bytes
  }
}
