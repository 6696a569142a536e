import Testing
import TestSupport

@testable import Authentication

@Suite("SCRAM, client against server")
struct ScramPairingTests {
  enum Knowledge: CaseIterable {
    case password, keys, wrongPassword, keysOfOtherSalt, keysOfOtherIterations

    var isRight: Bool { self == .password || self == .keys }

    func client(_ binding: ChannelBinding) -> ScramClient {
      let nonce = Sample.clientNonce
      switch self {
      case .password:
        return ScramClient(password: Sample.password, nonce: nonce, channelBinding: binding)
      case .keys: return ScramClient(keys: Sample.keys, nonce: nonce, channelBinding: binding)
      case .wrongPassword:
        let password = [UInt8](text: "correct horsf")
        return ScramClient(password: password, nonce: nonce, channelBinding: binding)
      case .keysOfOtherSalt:
        let keys = ScramKeys(password: Sample.password, salt: [9], iterations: Sample.iterations)
        return ScramClient(keys: keys, nonce: nonce, channelBinding: binding)
      case .keysOfOtherIterations:
        let keys = ScramKeys(
          password: Sample.password, salt: Sample.salt, iterations: Sample.iterations + 1)
        return ScramClient(keys: keys, nonce: nonce, channelBinding: binding)
      }
    }
  }

  static let bindings: [ChannelBinding] = [.none, Sample.certificate]

  @Test(
    "a client is accepted if it knows the password or the keys, and the server wins the keys",
    arguments: Knowledge.allCases, bindings)
  func real(knowledge: Knowledge, binding: ChannelBinding) {
    var handshake = Handshake(
      client: knowledge.client(binding), server: Sample.server(channelBinding: binding))
    let expected: Handshake.Outcome =
      knowledge.isRight ? .accepted(Sample.keys) : .rejected(.wrongPassword)
    #expect(handshake.run() == expected)
  }

  @Test(
    "a role that does not exist is rejected where a wrong password is",
    arguments: Knowledge.allCases, bindings)
  func mock(knowledge: Knowledge, binding: ChannelBinding) {
    var handshake = Handshake(
      client: knowledge.client(binding),
      server: Sample.server(Sample.mock, isMock: true, channelBinding: binding))
    #expect(handshake.run() == .rejected(.unknownUser))
  }

  @Test("a mock login is rejected even with a proof that fits", arguments: bindings)
  func mockWithRealVerifier(binding: ChannelBinding) {
    var handshake = Handshake(
      client: Knowledge.password.client(binding),
      server: Sample.server(isMock: true, channelBinding: binding))
    #expect(handshake.run() == .rejected(.unknownUser))
  }

  @Test("a mock verifier fits no proof of its own, so that a forgotten flag lets nobody in")
  func mockWithoutFlag() {
    for knowledge in Knowledge.allCases {
      var handshake = Handshake(
        client: knowledge.client(.none), server: Sample.server(Sample.mock, isMock: false))
      #expect(handshake.run() == .rejected(.wrongPassword))
    }
  }

  @Test("keys that were won log in, and are won again")
  func chain() throws {
    var keys = Sample.keys
    for _ in 0..<3 {
      var handshake = Handshake(
        client: ScramClient(keys: keys, nonce: Sample.clientNonce), server: Sample.server())
      guard case .accepted(let won) = handshake.run() else {
        Issue.record("not accepted")
        return
      }
      keys = won
    }
  }

  @Test(
    "a client that can bind and a server that can't get along without, but not with a liar in between"
  )
  func downgrade() {
    let client = Knowledge.password.client(Sample.certificate)
    var honest = Handshake(client: client, server: Sample.server())
    #expect(honest.run() == .accepted(Sample.keys))
    var unbound = Handshake(
      client: Knowledge.password.client(.none),
      server: Sample.server(channelBinding: Sample.certificate))
    #expect(unbound.run() == .accepted(Sample.keys))
    // Somebody in between offers the client only the mechanism without.
    var stripped = client
    var server = Sample.server(channelBinding: Sample.certificate)
    #expect(throws: ScramError.bindingDowngrade) {
      let first = try stripped.start(mechanisms: [[UInt8](text: "SCRAM-SHA-256")])
      _ = try server.receiveInitial(Message.split(first)[0].body)
    }
  }

  @Test("two that see different certificates don't get along")
  func otherCertificate() {
    var handshake = Handshake(
      client: Knowledge.password.client(.tlsServerEndPoint(certificateHash: [1, 2, 3])),
      server: Sample.server(channelBinding: Sample.certificate))
    #expect(handshake.run() == .serverThrew(.bindingMismatch))
  }

  /// Every bit, all of them, and the bytes that mean something.
  private static let changes: [@Sendable (UInt8) -> UInt8] =
    (0..<8).map { bit in { $0 ^ 1 << UInt8(bit) } }
    + [{ ~$0 }, { $0 &+ 1 }, { _ in 0 }]
    + ",=npy".utf8.map { byte in { _ in byte } }

  @Test(
    "a single changed byte in any message makes one of them refuse",
    arguments: [
      // Only a client with a password computes with what the server's first message says.
      (0, .none, [.keys]), (0, Sample.certificate, [.keys]), (1, .none, [.password, .keys]),
      (2, .none, [.keys]), (2, Sample.certificate, [.keys]), (3, .none, [.keys]),
    ] as [(Int, ChannelBinding, [Knowledge])])
  func changedBytes(message: Int, binding: ChannelBinding, clients: [Knowledge]) {
    for knowledge in clients {
      var place = 0
      var count = 1
      while place < count {
        for value in Self.changes {
          var handshake = Handshake(
            client: knowledge.client(binding), server: Sample.server(channelBinding: binding))
          var isChanged = false
          let outcome = handshake.run { index, body in
            guard index == message else { return body }
            count = body.count
            var changed = body
            changed[place] = value(body[place])
            isChanged = changed != body
            return changed
          }
          if isChanged, case .accepted = outcome {
            Issue.record("byte \(place) of message \(message): \(outcome)")
          }
        }
        place += 1
      }
      #expect(count > 40, "the message was seen")
    }
  }

  @Test("messages that are cut or longer make one of them refuse", arguments: 0..<4)
  func otherLengths(message: Int) {
    for change in -40...40 where change != 0 {
      var handshake = Handshake(client: Knowledge.keys.client(.none), server: Sample.server())
      let outcome = handshake.run { index, body in
        guard index == message else { return body }
        return change < 0
          ? Array(body.dropLast(-change))
          : body + [UInt8](repeating: UInt8(ascii: ","), count: change)
      }
      if case .accepted = outcome { Issue.record("message \(message) with \(change)") }
    }
  }

  @Test("damaged messages never trap", arguments: 0..<4)
  func mutations(message: Int) {
    var mutator = Mutator(seed: UInt64(message) + 21)
    var accepted = 0
    for _ in 0..<2_000 {
      var handshake = Handshake(client: Knowledge.keys.client(.none), server: Sample.server())
      var isChanged = false
      let outcome = handshake.run { index, body in
        guard index == message else { return body }
        let mutated = mutator.mutate(body)
        isChanged = mutated != body
        return mutated
      }
      if case .accepted = outcome {
        accepted += 1
        #expect(!isChanged)
      }
    }
    #expect(accepted < 200)
  }
}
