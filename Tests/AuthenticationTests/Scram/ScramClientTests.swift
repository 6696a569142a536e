import Testing

@testable import Authentication

@Suite("SCRAM clients")
struct ScramClientTests {
  private static let nonce = Base64.encode(Sample.clientNonce).text

  private static func started(_ client: ScramClient) throws -> ScramClient {
    var client = client
    _ = try client.start(mechanisms: [[UInt8](text: "SCRAM-SHA-256")])
    return client
  }

  private static let clients = [
    ScramClient(password: Sample.password, nonce: Sample.clientNonce),
    ScramClient(keys: Sample.keys, nonce: Sample.clientNonce),
  ]

  @Test(
    "choose the mechanism that suits them",
    arguments: [
      (["SCRAM-SHA-256"], "SCRAM-SHA-256", "n,,", "y,,"),
      (["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"], "SCRAM-SHA-256", "n,,", nil),
      (["OAUTHBEARER", "SCRAM-SHA-256"], "SCRAM-SHA-256", "n,,", "y,,"),
    ] as [([String], String, String, String?)])
  func choice(offered: [String], mechanism: String, head: String, bindingHead: String?) throws {
    let names = offered.map { [UInt8](text: $0) }
    var client = ScramClient(keys: Sample.keys, nonce: Sample.clientNonce)
    #expect(
      try client.start(mechanisms: names)
        == Message.whole("p", Message.initial(mechanism, "\(head)n=,r=\(Self.nonce)")))
    var binding = ScramClient(
      keys: Sample.keys, nonce: Sample.clientNonce, channelBinding: Sample.certificate)
    let expected =
      bindingHead.map { Message.initial(mechanism, "\($0)n=,r=\(Self.nonce)") }
      ?? Message.initial("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=\(Self.nonce)")
    #expect(try binding.start(mechanisms: names) == Message.whole("p", expected))
  }

  @Test(
    "refuse a server that offers nothing they know",
    arguments: [[], ["SCRAM-SHA-256-PLUS"], ["SCRAM-SHA-1", "scram-sha-256", ""]])
  func nothingInCommon(offered: [String]) {
    var client = ScramClient(keys: Sample.keys, nonce: Sample.clientNonce)
    #expect(throws: ScramError.noCommonMechanism(offered: offered)) {
      try client.start(mechanisms: offered.map { [UInt8](text: $0) })
    }
  }

  @Test(
    "refuse a server's first message that is wrong, with a password and with keys",
    arguments: [
      ("", .malformed(offset: 0)), ("r=NONCEabc", .malformed(offset: 29)),
      ("r=NONCEabc,s=AAAA", .malformed(offset: 36)), ("r=NONCE,s=AAAA,i=1", .invalidNonce),
      ("r=abcNONCE,s=AAAA,i=1", .nonceMismatch), ("r=,s=AAAA,i=1", .nonceMismatch),
      ("r=NONCEa c,s=AAAA,i=1", .invalidNonce), ("s=AAAA,r=NONCEabc,i=1", .malformed(offset: 0)),
      ("r=NONCEabc,s=,i=1", .invalidValue(attribute: "s")),
      ("r=NONCEabc,s=AAA,i=1", .invalidValue(attribute: "s")),
      ("r=NONCEabc,s=AAAA,i=", .invalidValue(attribute: "i")),
      ("r=NONCEabc,s=AAAA,i=0", .invalidValue(attribute: "i")),
      ("r=NONCEabc,s=AAAA,i=-1", .invalidValue(attribute: "i")),
      ("r=NONCEabc,s=AAAA,i=1000001", .invalidValue(attribute: "i")),
      ("r=NONCEabc,s=AAAA,i=2147483647", .invalidValue(attribute: "i")),
      ("r=NONCEabc,s=AAAA,i=18446744073709551617", .invalidValue(attribute: "i")),
      ("r=NONCEabc,s=AAAA,i=1,", .malformed(offset: 41)),
      ("m=x,r=NONCEabc,s=AAAA,i=1", .mandatoryExtension),
      ("r=NONCEabc,s=AAAA,i=1,m=x", .mandatoryExtension),
      ("r=NONCEabc,s=AAAA,i=1\u{0}", .malformed(offset: 40)),
      ("e=other-error", .malformed(offset: 0)),
    ] as [(String, ScramError)])
  func malformedFirst(text: String, expected: ScramError) throws {
    for client in Self.clients {
      var client = try Self.started(client)
      let data = [UInt8](
        text: text.split(separator: "NONCE", omittingEmptySubsequences: false)
          .joined(separator: Self.nonce))
      #expect(throws: expected) { try client.receiveContinue(data) }
      #expect(throws: ScramError.outOfOrder) { try client.receiveContinue(data) }
    }
  }

  @Test("pass over extensions that nobody needs to know")
  func extensions() throws {
    for client in Self.clients {
      var client = try Self.started(client)
      let data = [UInt8](text: "r=\(Self.nonce)abc,s=AAAA,i=1,x=y,Z=")
      let answer = try client.receiveContinue(data)
      #expect(answer.text.contains("c=biws,r=\(Self.nonce)abc,p="))
    }
  }

  @Test("refuse messages and nonces that are too long")
  func lengths() throws {
    var client = try Self.started(Self.clients[1])
    let long = [UInt8](repeating: 0x41, count: AuthenticationLimits.messageBytes + 1)
    #expect(throws: ScramError.messageTooLong(long.count)) {
      try client.receiveContinue(long)
    }
    client = try Self.started(Self.clients[1])
    let appended = String(repeating: "a", count: AuthenticationLimits.nonceBytes.upperBound + 1)
    let data = [UInt8](text: "r=\(Self.nonce)\(appended),s=AAAA,i=1")
    #expect(throws: ScramError.invalidNonce) { try client.receiveContinue(data) }
  }

  @Test(
    "trust only a server that signs with the right key",
    arguments: [
      ("v=", .invalidValue(attribute: "v")), ("v=AAAA", .invalidValue(attribute: "v")),
      ("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", .wrongServerSignature),
      ("", .malformed(offset: 0)), ("x=y", .malformed(offset: 0)),
      ("e=invalid-proof", .refusedByServer("invalid-proof")),
    ] as [(String, ScramError)])
  func wrongSignature(text: String, expected: ScramError) throws {
    for client in Self.clients {
      var client = try Self.started(client)
      _ = try client.receiveContinue(
        [UInt8](text: "r=\(Self.nonce)abc,s=AAECAwQFBgcICQoLDA0ODw==,i=3"))
      #expect(throws: expected) { try client.receiveFinal([UInt8](text: text)) }
      #expect(throws: ScramError.outOfOrder) {
        try client.receiveFinal([UInt8](text: text))
      }
    }
  }

  @Test("take each message once and in order")
  func order() throws {
    var client = Self.clients[1]
    let data = [UInt8](text: "r=\(Self.nonce)abc,s=AAAA,i=1")
    #expect(throws: ScramError.outOfOrder) { try client.receiveContinue(data) }
    #expect(throws: ScramError.outOfOrder) { try client.receiveFinal(data) }
    client = try Self.started(client)
    #expect(throws: ScramError.outOfOrder) { try client.start(mechanisms: []) }
  }
}
