import Routing
import TLS
import Wire

/// How TLS begins: by an SSLRequest, or at once.
extension TLSTunnel {
  /// What a server can do instead of coming to terms.
  private enum BadServer: CaseIterable { case refuses, fallsSilent, talksNonsense, isStranger }

  /// Asks the router for TLS, or begins with it.
  func ask() {
    if world.random.chance(plan.directClients) {
      begin()
    } else {
      toOuter.append(Self.request)
    }
    flush()
  }

  static let request: [UInt8] = [0, 0, 0, 8, 4, 210, 22, 47]

  private func begin() {
    phase = .streaming
    decrypt([])
  }

  /// Reads an answer to the SSLRequest, or one of the router's own.
  func readGreeting() {
    switch side {
    case .client: readAnswer()
    case .server: readRequest()
    }
  }

  private func readAnswer() {
    guard greeting == [UInt8(ascii: "S")] else {
      // The router's message, or its beginning.
      phase = .clear
      return toInner.append(greeting)
    }
    begin()
  }

  private func readRequest() {
    guard greeting.count >= Self.request.count else { return }
    guard greeting == Self.request else {
      return world.violate("a server was spoken to in the clear: \(greeting.prefix(40))")
    }
    guard world.random.chance(plan.badServers) else {
      toOuter.append([UInt8(ascii: "S")])
      return begin()
    }
    beBad(world.random.pick(BadServer.allCases))
  }

  private func beBad(_ way: BadServer) {
    world.note("\(name) encrypts badly: \(way)")
    toOuter.append([UInt8(ascii: way == .refuses ? "N" : "S")])
    switch way {
    case .refuses: phase = .clear
    case .fallsSilent:
      ledger.halfOpen += 1
      phase = .breaking
    case .talksNonsense:
      phase = .breaking
      talkNonsense()
    case .isStranger:
      ledger.strangers += 1
      stream = parties.stranger()
      begin()
    }
  }

  // MARK: Breaking

  /// The inner end was reset: the outer one breaks in one way or another.
  func breakOff() {
    guard phase == .streaming, !outer.hasFinished, world.random.chance(plan.badRecords) else {
      outer.reset()
      return leave()
    }
    phase = .breaking
    switch world.random.index(below: 3) {
    case 0: talkNonsense()
    case 1 where stream.progress == .established: sendSpoiltRecord()
    default:
      world.note("\(name) ends without a good-bye")
      toOuter.removeAll()
      outer.finish()
    }
  }

  /// A record of a type that there is none of.
  private func talkNonsense() {
    world.note("\(name) talks nonsense")
    ledger.nonsenseSent += 1
    toOuter.append([0x63, 3, 3, 0, 40] + world.random.bytes(40))
  }

  /// A record whose last byte, a part of its tag, was changed on the way.
  private func sendSpoiltRecord() {
    world.note("\(name) sends a spoilt record")
    ledger.nonsenseSent += 1
    var record: [UInt8] = []
    let content = world.random.bytes(world.random.size(in: 1...4000))
    do throws(TLSError) {
      try stream.send(content.span.bytes, ciphertext: &record)
    } catch {
      world.violate("\(name) could not encrypt: \(error)")
    }
    guard !record.isEmpty else { return }
    record[record.count - 1] ^= 1
    toOuter.append(record)
  }
}
