import Routing
import TLS

@testable import Simulation

/// The other end of a secured socket, in the same simulated world: it speaks TLS, sends what it is given, and keeps what it hears.
final class EncryptedFarEnd {
  private let socket: SimulatedSocket
  private var stream: TLSStream
  /// Ciphertext that there was no room for.
  private var out: [UInt8] = []
  /// What it has heard.
  private(set) var heard: [UInt8] = []
  /// What it says.
  let said: [UInt8]
  private var toSay: [UInt8]
  private var random: RandomSource
  /// Why it has given up.
  private(set) var error: TLSError?
  /// Whether it does nothing any more.
  var isSilent = false
  /// What it does to its own ciphertext.
  var spoil: ((inout [UInt8]) -> Void)?

  init(
    _ socket: SimulatedSocket, _ context: TLSContext, name: String?, saying: [UInt8], seed: UInt64
  ) throws(TLSError) {
    let stream = try TLSStream(context, serverName: name)
    self.stream = stream
    self.socket = socket
    said = saying
    toSay = saying
    random = RandomSource(seed: seed)
    socket.watcher = { [unowned self] in look() }
    take([])
  }

  /// Whether it has heard the other side's good-bye.
  var wasToldGoodbye: Bool { stream.progress == .closed }
  var facts: TLSFacts? { stream.facts }
  var hasSaidAll: Bool { toSay.isEmpty && out.isEmpty }

  /// Takes what has come, says more, and ends when all is said.
  func look() {
    guard !isSilent else { return }
    while !socket.arrived.isEmpty { take(socket.read(atMost: random.piece(upTo: 20_000))) }
    flush()
    if stream.progress != .handshaking, error == nil { say() }
  }

  private func say() {
    while !toSay.isEmpty, out.isEmpty {
      let piece = Array(toSay.prefix(random.piece(upTo: 30_000)))
      toSay.removeFirst(piece.count)
      do throws(TLSError) {
        try stream.send(piece.span.bytes, ciphertext: &out)
      } catch {
        self.error = error
        return
      }
      if toSay.isEmpty { stream.close(ciphertext: &out) }
      flush()
    }
    if hasSaidAll { socket.finish() }
  }

  private func take(_ ciphertext: [UInt8]) {
    guard error == nil else { return }
    do throws(TLSError) {
      _ = try stream.receive(ciphertext.span.bytes, plaintext: &heard, ciphertext: &out)
    } catch {
      self.error = error
    }
    flush()
  }

  private func flush() {
    if !out.isEmpty { spoil?(&out) }
    while !out.isEmpty {
      let count = min(out.count, random.piece(upTo: out.count))
      let sent = out.withUnsafeBytes {
        socket.send(UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
      guard sent > 0 else { return }
      out.removeFirst(sent)
    }
  }
}

extension RandomSource {
  /// The length of a piece, 1 byte or more: mostly short, sometimes all.
  mutating func piece(upTo most: Int) -> Int {
    guard most > 1 else { return most }
    switch index(below: 4) {
    case 0: return 1
    case 1: return min(most, number(in: 1...40))
    case 2: return number(in: 1...most)
    default: return most
    }
  }
}
