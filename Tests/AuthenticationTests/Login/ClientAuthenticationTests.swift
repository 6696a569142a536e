import Testing
import TestSupport
import Wire

@testable import Authentication

@Suite("Authentication of clients")
struct ClientAuthenticationTests {
  private static let ok = Message.whole("R", Message.request(0))
  private static let md5 = MD5Verifier(password: Sample.password, user: Sample.user)!

  private static func scram(isMock: Bool = false) -> ClientAuthentication {
    ClientAuthentication(
      user: Sample.user,
      demand: .scram(Sample.server(isMock ? Sample.mock : Sample.verifier, isMock: isMock)))
  }

  /// The bytes to send; nil for another action.
  private static func sent(_ action: ClientAuthentication.Action) -> [UInt8]? {
    if case .send(let message) = action { message } else { nil }
  }

  @Test("whoever is trusted is in at once, with nothing for servers")
  func trust() {
    var machine = ClientAuthentication(user: Sample.user, demand: .trust)
    guard case .accepted(let message, .none) = machine.begin() else {
      Issue.record("not accepted")
      return
    }
    #expect(message == Self.ok)
  }

  @Test("the right MD5 hash is accepted, and servers take the verifier's hash")
  func md5Accepted() throws {
    var machine = ClientAuthentication(
      user: Sample.user, demand: .md5(Self.md5, salt: 0x0102_0304))
    #expect(Self.sent(machine.begin()) == Message.whole("R", hex("00000005 01020304")))
    let answer = try #require(Self.md5.response(salt: 0x0102_0304)) + [0]
    guard case .accepted(let message, .md5(let verifier)) = machine.receive(answer) else {
      Issue.record("not accepted")
      return
    }
    #expect(message == Self.ok)
    #expect(verifier == Self.md5)
  }

  @Test("each changed byte of an MD5 hash makes it a wrong password, or no message")
  func md5Rejected() throws {
    let answer = try #require(Self.md5.response(salt: 7)) + [0]
    for place in answer.indices {
      var changed = answer
      changed[place] ^= 1
      var machine = ClientAuthentication(user: Sample.user, demand: .md5(Self.md5, salt: 7))
      _ = machine.begin()
      guard case .rejected(let error, let rejection) = machine.receive(changed) else {
        Issue.record("byte \(place) is no matter")
        return
      }
      let isCut = place == answer.count - 1
      #expect(rejection == (isCut ? .malformed : .wrongPassword))
      #expect(error.sqlState == (isCut ? .protocolViolation : .invalidPassword))
    }
  }

  @Test(
    "an answer that is no MD5 hash is rejected",
    arguments: [
      ([], .malformed), ([0], .wrongPassword), ([0x6D, 0], .wrongPassword),
      ([UInt8](repeating: 0x41, count: 36) + [0], .wrongPassword), ([0, 0], .malformed),
      ([UInt8](repeating: 0x41, count: 4_096) + [0], .malformed),
    ] as [([UInt8], ClientAuthentication.Rejection)])
  func md5Malformed(body: [UInt8], expected: ClientAuthentication.Rejection) {
    var machine = ClientAuthentication(user: Sample.user, demand: .md5(Self.md5, salt: 7))
    _ = machine.begin()
    guard case .rejected(_, let rejection) = machine.receive(body) else {
      Issue.record("not rejected")
      return
    }
    #expect(rejection == expected)
  }

  /// Lets a client with this password log in.
  private static func logIn(
    _ machine: inout ClientAuthentication, password: [UInt8]
  ) throws -> ClientAuthentication.Action {
    var client = ScramClient(password: password, nonce: Sample.clientNonce)
    let offer = try #require(sent(machine.begin()))
    #expect(offer == Message.whole("R", Message.request(10, "SCRAM-SHA-256\0\0")))
    let first = try client.start(mechanisms: [[UInt8](text: "SCRAM-SHA-256")])
    let challenge = try #require(sent(machine.receive(Message.split(first)[0].body)))
    let data = Array(Message.split(challenge)[0].body.dropFirst(4))
    let final = try client.receiveContinue(data)
    return machine.receive(Message.split(final)[0].body)
  }

  @Test("the right password is accepted by SCRAM, and servers take the keys that were won")
  func scramAccepted() throws {
    var machine = Self.scram()
    guard
      case .accepted(let messages, .scram(let keys)) = try Self.logIn(
        &machine, password: Sample.password)
    else {
      Issue.record("not accepted")
      return
    }
    #expect(keys == Sample.keys)
    let split = Message.split(messages)
    #expect(split.map(\.type) == ["R", "R"])
    #expect(split[0].body.starts(with: Message.request(12, "v=")))
    #expect(split[1].body == Message.request(0))
  }

  @Test("a client is told the same whether the password is wrong or the role doesn't exist")
  func scramRejected() throws {
    var errors: [ErrorResponse] = []
    for (isMock, password, expected) in [
      (false, [UInt8](text: "wrong"), .wrongPassword), (true, Sample.password, .unknownUser),
    ] as [(Bool, [UInt8], ClientAuthentication.Rejection)] {
      var machine = Self.scram(isMock: isMock)
      guard
        case .rejected(let error, let rejection) = try Self.logIn(&machine, password: password)
      else {
        Issue.record("not rejected")
        return
      }
      #expect(rejection == expected && rejection.isGuess)
      errors.append(error)
    }
    #expect(errors[0] == errors[1])
    #expect(
      errors[0]
        == ErrorResponse(
          severity: .fatal, sqlState: .invalidPassword,
          message: "password authentication failed for user \"amanda\""))
  }

  @Test("a role's name is told in readable characters and not longer than names are")
  func readableName() throws {
    for (name, expected) in [
      ("müller", "müller"), ("a\nb\u{1B}[2J\u{9B}", "a?b?[2J?"),
      (String(repeating: "x", count: 100), String(repeating: "x", count: 63)),
    ] {
      #expect(readable([UInt8](text: name)) == expected)
    }
    #expect(readable([0xFF, 0x61]) == "\u{FFFD}a")
  }

  @Test("what breaks the protocol is rejected as that, and is no guess")
  func malformed() {
    var machine = Self.scram()
    _ = machine.begin()
    for body in [[], [1, 2, 3], Message.initial("SCRAM-SHA-1", "n,,n=,r=abc")] as [[UInt8]] {
      var machine = machine
      guard case .rejected(let error, .malformed) = machine.receive(body) else {
        Issue.record("not rejected")
        return
      }
      #expect(error.sqlState == .protocolViolation && error.severity == .fatal)
    }
    #expect(!ClientAuthentication.Rejection.malformed.isGuess)
    #expect(!ClientAuthentication.Rejection.md5Unavailable.isGuess)
  }

  @Test("every message has its time")
  func order() {
    for demand in [
      .trust, .md5(Self.md5, salt: 1), .scram(Sample.server()),
    ] as [ClientAuthentication.Demand] {
      var early = ClientAuthentication(user: Sample.user, demand: demand)
      guard case .rejected(_, .malformed) = early.receive([1, 0]) else {
        Issue.record("taken before begin()")
        return
      }
      var twice = ClientAuthentication(user: Sample.user, demand: demand)
      _ = twice.begin()
      guard case .rejected(_, .malformed) = twice.begin() else {
        Issue.record("begun twice")
        return
      }
      guard case .rejected(_, .malformed) = twice.receive([1, 0]) else {
        Issue.record("taken behind the end")
        return
      }
    }
  }

  @Test("damaged answers never trap")
  func mutations() {
    var mutator = Mutator(seed: 31)
    var begun = Self.scram()
    _ = begun.begin()
    let first = Message.initial("SCRAM-SHA-256", "n,,n=,r=abcdef")
    var (sent, rejected) = (0, 0)
    for _ in 0..<10_000 {
      var machine = begun
      switch machine.receive(mutator.mutate(first)) {
      case .send: sent += 1
      case .rejected: rejected += 1
      case .accepted: Issue.record("accepted")
      }
    }
    #expect(min(sent, rejected) > 100)
  }
}
