import Routing
import TLS

/// Stands between a simulated client or server, which knows no encryption, and the router, which is spoken to in TLS.
///
/// ```
/// client or server ─ plaintext ─ inner │ tunnel │ outer ─ ciphertext ─ router
///
/// asking ─ agreed ─▶ streaming ─ inner breaks ─▶ breaking ─ the router leaves ─▶ over
///    └─ an answer in the clear ─▶ clear            streaming ─ both have ended ─▶ over
/// ```
/// What ends on one side ends on the other, behind the bytes that came before. Where the inner end breaks, the outer one does as the plan says: by a reset,
/// by a record that is none, or without a good-bye.
final class TLSTunnel {
  /// Which side of TLS it plays.
  enum Side { case client, server }
  enum Phase { case asking, streaming, clear, breaking, over }

  let world: SimulatedWorld
  let parties: SecureParties
  let side: Side
  let inner: SimulatedSocket
  let outer: SimulatedSocket
  var stream: TLSStream
  var phase = Phase.asking
  /// What the router said before TLS began.
  var greeting: [UInt8] = []
  var toOuter = ByteQueue()
  var toInner = ByteQueue()
  private var hasSaidGoodbye = false

  /// Plaintext that may wait for a slow reader; then no more is taken from the router, in bytes.
  private static let backlogBytes = 64 << 10

  /// Puts a tunnel in front of an end. `outer` is its end of the connection to the router.
  init(
    _ side: Side, _ inner: SimulatedSocket, _ outer: SimulatedSocket, _ parties: SecureParties
  ) {
    world = inner.world
    self.parties = parties
    (self.side, self.inner, self.outer) = (side, inner, outer)
    stream = parties.stream(side)
    inner.watcher = { [self] in step() }
    outer.watcher = { [self] in step() }
    if side == .client { ask() }
  }

  var plan: SecurePlan { parties.plan }
  var ledger: SecureLedger { parties.ledger }
  /// Who is behind it.
  var name: String { inner.peer?.name ?? inner.name }

  // MARK: Going on

  private func step() {
    withExtendedLifetime(self) {
      guard phase != .over else { return }
      hear()
      if phase != .breaking, phase != .over, inner.wasReset { breakOff() }
      listen()
      flush()
      goOnEnding()
    }
  }

  /// Takes what the router sends.
  private func hear() {
    while !outer.arrived.isEmpty, toInner.count < Self.backlogBytes {
      take(outer.read(atMost: 16 << 10))
      flushInner()
    }
  }

  private func take(_ bytes: [UInt8]) {
    switch phase {
    case .asking:
      greeting += bytes
      readGreeting()
    case .clear: toInner.append(bytes)
    case .streaming, .breaking: decrypt(bytes)
    case .over: break
    }
  }

  func decrypt(_ ciphertext: [UInt8]) {
    let wasEstablished = stream.progress != .handshaking
    var (plaintext, out): ([UInt8], [UInt8]) = ([], [])
    do throws(TLSError) {
      _ = try stream.receive(ciphertext.span.bytes, plaintext: &plaintext, ciphertext: &out)
    } catch {
      world.note("\(name): \(error)")
      if phase == .breaking {
        if wasEstablished { ledger.alertsHeard += 1 }
        return leave()
      }
      failed(wasEstablished: wasEstablished)
    }
    guard phase == .streaming else { return }
    toInner.append(plaintext)
    toOuter.append(out)
  }

  /// The router has ended TLS; a client that was not let in hears of it as if it had spoken TLS itself.
  private func failed(wasEstablished: Bool) {
    if side == .client, !wasEstablished { toInner.append(Self.alert) }
    flushInner()
    leave()
  }

  /// An alert in the clear: a record of two bytes.
  private static let alert: [UInt8] = [0x15, 3, 3, 0, 2, 2, 80]

  /// Takes what the inner end has to say, when that is possible and what it said before is gone.
  private func listen() {
    while toOuter.isEmpty, !inner.arrived.isEmpty {
      switch phase {
      // Whoever is told so before TLS begins has nothing more to say.
      case .clear: _ = inner.read(atMost: 16 << 10)
      case .streaming where stream.progress != .handshaking:
        encrypt(inner.read(atMost: 16 << 10))
      default: return
      }
      flush()
    }
  }

  private func encrypt(_ plaintext: [UInt8]) {
    var out: [UInt8] = []
    do throws(TLSError) {
      try stream.send(plaintext.span.bytes, ciphertext: &out)
    } catch {
      world.violate("\(name) could not encrypt: \(error)")
    }
    toOuter.append(out)
  }

  // MARK: Writing

  func flush() {
    while !toOuter.isEmpty, phase != .over {
      let taken = toOuter.withBytes { bytes in
        let isCut = world.random.chance(plan.pieces)
        let count = isCut ? world.random.size(in: 1...bytes.count) : bytes.count
        return outer.send(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
      guard taken > 0 else { break }
      toOuter.removeFirst(taken)
    }
    flushInner()
  }

  private func flushInner() {
    while !toInner.isEmpty {
      let taken = toInner.withBytes { inner.send($0) }
      guard taken > 0 else { return }
      toInner.removeFirst(taken)
    }
  }

  // MARK: Ending

  private func goOnEnding() {
    if phase == .over { return }
    if outer.hasEnded { outerHasEnded() }
    guard phase == .streaming || phase == .clear else { return }
    if stream.progress == .closed, toInner.isEmpty { inner.finish() }
    // Bytes that come for a client which has closed are answered with a reset, as on any connection.
    guard inner.hasEnded, !inner.wasReset, toOuter.isEmpty, !hasSaidGoodbye else { return }
    if phase == .streaming {
      guard stream.progress != .handshaking else { return }
      var out: [UInt8] = []
      stream.close(ciphertext: &out)
      toOuter.append(out)
      flush()
    }
    guard toOuter.isEmpty else { return }
    hasSaidGoodbye = true
    outer.finish()
    if outer.hasPeerFinished { leave() }
  }

  /// The router will send no more.
  private func outerHasEnded() {
    guard toInner.isEmpty || phase == .breaking else { return }
    if outer.wasReset || phase == .breaking || phase == .asking { return leave() }
    inner.finish()
    if hasSaidGoodbye || stream.progress == .handshaking { leave() }
  }

  /// Closes both ends: what was not read is answered with a reset.
  func leave() {
    phase = .over
    outer.wasReset ? inner.reset() : inner.close()
    outer.close()
  }
}
