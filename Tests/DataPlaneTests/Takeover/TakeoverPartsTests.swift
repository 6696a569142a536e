import Testing

@testable import DataPlane

@Suite("The two parts of a takeover")
struct TakeoverPartsTests {
  private static let hello = TakeoverMessage.hello(
    version: TakeoverLimits.version, processID: 9)

  /// All that either may say.
  private static let messages: [TakeoverMessage] = [
    hello, .refused(""), .socket(name: "", address: ""), .socketsEnd(count: 0), .ready,
    .client(number: 1, .bare), .adopted(number: 1), .declined(number: 1, ""),
    .cancel(listener: 0, packet: []),
  ]

  @Test("the old process hands its sockets over first, and its clients when the new one serves")
  func donor() throws {
    var part = TakeoverDonor()
    #expect(try part.receive(Self.hello) == .offer(to: 9))
    #expect(part.phase == .awaitsReady)
    #expect(try part.receive(.ready) == .begin)
    #expect(try part.receive(.adopted(number: 3)) == .adopted(3))
    #expect(try part.receive(.declined(number: 4, "full")) == .declined(4, "full"))
    #expect(
      try part.receive(.cancel(listener: 1, packet: [5])) == .cancel(listener: 1, packet: [5]))
  }

  @Test("the old process takes nothing that has no place where they are")
  func donorOrder() {
    let taken: [TakeoverDonor.Phase: [String]] = [
      .awaitsHello: ["a greeting"], .awaitsReady: ["that it is ready"],
      .handsOver: ["an answer about a client", "a cancel request"],
    ]
    for phase in [TakeoverDonor.Phase.awaitsHello, .awaitsReady, .handsOver] {
      for message in Self.messages {
        var part = TakeoverDonor()
        if phase != .awaitsHello { _ = try? part.receive(Self.hello) }
        if phase == .handsOver { _ = try? part.receive(.ready) }
        let isTaken = (try? part.receive(message)) != nil
        #expect(isTaken == taken[phase]!.contains(message.name), "\(message.name) when \(phase)")
      }
    }
  }

  @Test("a process of another version is handed nothing")
  func version() {
    var part = TakeoverDonor()
    #expect(throws: TakeoverError.otherVersion(999)) {
      try part.receive(.hello(version: 999, processID: 1))
    }
    #expect(part.phase == .awaitsHello)
  }

  @Test("the new process starts when all sockets have come, and takes clients when it serves")
  func heir() throws {
    var part = TakeoverHeir()
    #expect(
      try part.receive(.socket(name: "admin", address: "a")) == .socket(name: "admin", address: "a")
    )
    #expect(throws: TakeoverError.unexpected("a client")) {
      try part.receive(.client(number: 1, .bare))
    }
    #expect(try part.receive(.socketsEnd(count: 1)) == .start)
    #expect(throws: TakeoverError.self) { try part.receive(.socket(name: "b", address: "b")) }
    part.isReady()
    #expect(try part.receive(.client(number: 7, .bare)) == .client(7, .bare))
  }

  @Test("the new process does not start when a socket is missing, or it is refused")
  func heirRefused() {
    var part = TakeoverHeir()
    #expect(throws: TakeoverError.self) { try part.receive(.socketsEnd(count: 1)) }
    #expect(throws: TakeoverError.refused("it is stopping")) {
      try part.receive(.refused("it is stopping"))
    }
    #expect(part.phase == .awaitsSockets)
  }
}
