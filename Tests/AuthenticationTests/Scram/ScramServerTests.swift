import Testing
import Wire

@testable import Authentication

@Suite("SCRAM servers")
struct ScramServerTests {
  private static func receive(
    _ mechanism: String, _ data: String, _ binding: ChannelBinding = .none
  ) throws(ScramError) -> ScramServer.Answer {
    var server = Sample.server(channelBinding: binding)
    return try server.receiveInitial(Message.initial(mechanism, data))
  }

  @Test(
    "offer channel binding first where there is a certificate, and not at all where there is none")
  func mechanisms() {
    #expect(Sample.server().mechanisms == ["SCRAM-SHA-256"])
    #expect(
      Sample.server(channelBinding: Sample.certificate).mechanisms
        == ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])
  }

  /// Head, mechanism, what is wrong without a certificate, what with one.
  static let headTable: [(String, String, ScramError?, ScramError?)] = [
    ("n,,", "SCRAM-SHA-256", nil, nil),
    ("y,,", "SCRAM-SHA-256", nil, .bindingDowngrade),
    (
      "p=tls-server-end-point,,", "SCRAM-SHA-256", .bindingContradictsMechanism,
      .bindingContradictsMechanism
    ),
    ("n,,", "SCRAM-SHA-256-PLUS", .mechanismNotOffered, .bindingContradictsMechanism),
    ("y,,", "SCRAM-SHA-256-PLUS", .mechanismNotOffered, .bindingContradictsMechanism),
    ("p=tls-server-end-point,,", "SCRAM-SHA-256-PLUS", .mechanismNotOffered, nil),
    ("p=tls-unique,,", "SCRAM-SHA-256-PLUS", .mechanismNotOffered, .unsupportedBinding),
    ("p=tls-unique,,", "SCRAM-SHA-256", .unsupportedBinding, .unsupportedBinding),
    ("p=tls-server-end-poin,,", "SCRAM-SHA-256", .unsupportedBinding, .unsupportedBinding),
    ("p,,", "SCRAM-SHA-256", .malformed(offset: 0), .malformed(offset: 0)),
    ("n,a=root,", "SCRAM-SHA-256", .authorizationIdentity, .authorizationIdentity),
    ("y,a=root,", "SCRAM-SHA-256", .authorizationIdentity, .authorizationIdentity),
    (
      "p=tls-server-end-point,a=root,", "SCRAM-SHA-256-PLUS", .mechanismNotOffered,
      .authorizationIdentity
    ),
    ("n,b,", "SCRAM-SHA-256", .malformed(offset: 2), .malformed(offset: 2)),
    ("n,", "SCRAM-SHA-256", .malformed(offset: 2), .malformed(offset: 2)),
    ("n", "SCRAM-SHA-256", .malformed(offset: 0), .malformed(offset: 0)),
    ("N,,", "SCRAM-SHA-256", .malformed(offset: 0), .malformed(offset: 0)),
    ("x,,", "SCRAM-SHA-256", .malformed(offset: 0), .malformed(offset: 0)),
    ("", "SCRAM-SHA-256", .malformed(offset: 0), .malformed(offset: 0)),
    (",,", "SCRAM-SHA-256", .malformed(offset: 0), .malformed(offset: 0)),
    ("n,,", "SCRAM-SHA-1", .mechanismNotOffered, .mechanismNotOffered),
    ("n,,", "scram-sha-256", .mechanismNotOffered, .mechanismNotOffered),
    ("n,,", "", .mechanismNotOffered, .mechanismNotOffered),
  ]

  @Test("take the heads that fit what they offer, and no others", arguments: headTable.indices)
  func heads(index: Int) {
    let (head, mechanism, without, with) = Self.headTable[index]
    for (binding, expected) in [(.none, without), (Sample.certificate, with)]
      as [(ChannelBinding, ScramError?)]
    {
      var thrown: ScramError?
      do throws(ScramError) {
        _ = try Self.receive(mechanism, "\(head)n=,r=abc", binding)
      } catch {
        thrown = error
      }
      #expect(thrown == expected, "\(head) with \(mechanism), \(binding)")
    }
  }

  @Test(
    "refuse a first message that is not laid out as it should be",
    arguments: [
      ("", .malformed(offset: 3)), ("r=abc", .malformed(offset: 3)),
      ("n=,", .malformed(offset: 6)), ("n=", .malformed(offset: 5)),
      ("n=,s=abc", .malformed(offset: 6)), ("n=,r=", .invalidNonce),
      ("n=,r", .malformed(offset: 7)),
      ("n=,r=a b", .invalidNonce), ("n=,r=a\u{7F}", .invalidNonce), ("n=,r=ä", .invalidNonce),
      ("n=,r=abc,", .malformed(offset: 12)), ("n=,r=abc,,", .malformed(offset: 12)),
      ("n=,r=abc,1=x", .malformed(offset: 12)), ("n=,r=abc,xy", .malformed(offset: 13)),
      ("m=,n=,r=abc", .mandatoryExtension), ("n=,m=,r=abc", .mandatoryExtension),
      ("n=,r=abc,m=x", .mandatoryExtension), ("n=\u{0},r=abc", .malformed(offset: 5)),
    ] as [(String, ScramError)])
  func malformedFirst(bare: String, expected: ScramError) {
    #expect(throws: expected) { try Self.receive("SCRAM-SHA-256", "n,,\(bare)") }
  }

  @Test("pass over extensions that nobody needs to know", arguments: ["", ",x=y", ",x=,Z=a=b"])
  func extensions(text: String) throws {
    guard case .send = try Self.receive("SCRAM-SHA-256", "n,,n=somebody,r=abc\(text)") else {
      Issue.record("no challenge")
      return
    }
  }

  @Test("refuse nonces and messages that are too long")
  func lengths() throws {
    let limit = AuthenticationLimits.nonceBytes.upperBound
    let longest = String(repeating: "a", count: limit)
    guard case .send(let challenge) = try Self.receive("SCRAM-SHA-256", "n,,n=,r=\(longest)") else {
      Issue.record("no challenge")
      return
    }
    #expect(challenge.count < 500)
    #expect(throws: ScramError.invalidNonce) {
      try Self.receive("SCRAM-SHA-256", "n,,n=,r=\(longest)a")
    }
    let body = [UInt8](repeating: 0x41, count: AuthenticationLimits.messageBytes + 1)
    var server = Sample.server()
    #expect(throws: ScramError.messageTooLong(body.count)) {
      try server.receiveInitial(body)
    }
  }

  @Test("refuse a body that is no SASLInitialResponse, or one without the first message")
  func body() {
    let name = Array("SCRAM-SHA-256".utf8)
    for (rest, isWhole) in [
      ([], false), ([0], false), ([0, 0, 0, 0, 5, 0x6E], false),
      ([0, 0xFF, 0xFF, 0xFF, 0xFE], false),
      ([0, 0x7F, 0xFF, 0xFF, 0xFF], false), ([0, 0xFF, 0xFF, 0xFF, 0xFF, 1], false),
      ([0, 0xFF, 0xFF, 0xFF, 0xFF], true),
    ] as [([UInt8], Bool)] {
      var server = Sample.server()
      let body = name + rest
      do throws(ScramError) {
        _ = try server.receiveInitial(body)
        Issue.record("taken: \(rest)")
      } catch .missingInitialResponse {
        #expect(isWhole)
      } catch .body(let error) {
        #expect(!isWhole && error.type == UInt8(ascii: "p"))
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  @Test(
    "refuse a final message that is not laid out as it should be, or is another exchange's",
    arguments: [
      ("", .malformed(offset: 0)), ("c=biws", .malformed(offset: 6)),
      ("c=biws,", .malformed(offset: 7)),
      ("r=NONCE,c=biws,p=PROOF", .malformed(offset: 0)),
      ("c=eSws,r=NONCE,p=PROOF", .bindingMismatch),
      ("c=biw=,r=NONCE,p=PROOF", .bindingMismatch), ("c=,r=NONCE,p=PROOF", .bindingMismatch),
      ("c=biws,r=NONCEx,p=PROOF", .nonceMismatch), ("c=biws,r=abc,p=PROOF", .nonceMismatch),
      ("c=biws,r=,p=PROOF", .nonceMismatch), ("c=biws,r=NONCE", .malformed(offset: 36)),
      ("c=biws,r=NONCE,", .malformed(offset: 37)),
      ("c=biws,r=NONCE,p=", .invalidValue(attribute: "p")),
      ("c=biws,r=NONCE,p=AAAA", .invalidValue(attribute: "p")),
      ("c=biws,r=NONCE,p=PROOF,", .malformed(offset: 84)),
      ("c=biws,r=NONCE,p=PROOF,x=y", .malformed(offset: 84)),
      ("c=biws,r=NONCE,m=x,p=PROOF", .mandatoryExtension),
      ("c=biws,r=NONCE,1=x,p=PROOF", .malformed(offset: 37)),
      ("c=biws,r=NONCE,p=PROOF\u{0}", .malformed(offset: 83)),
    ] as [(String, ScramError)])
  func malformedFinal(text: String, expected: ScramError) throws {
    var server = Sample.server()
    _ = try server.receiveInitial(Message.initial("SCRAM-SHA-256", "n,,n=,r=abc"))
    let nonce = "abc" + Base64.encode(Sample.serverNonce).text
    let proof = Base64.encode([UInt8](repeating: 0, count: 32)).text
    let whole = text.split(separator: "NONCE", omittingEmptySubsequences: false)
      .joined(separator: nonce)
      .split(separator: "PROOF", omittingEmptySubsequences: false).joined(separator: proof)
    #expect(throws: expected) { try server.receiveFinal([UInt8](text: whole)) }
    #expect(throws: ScramError.outOfOrder) {
      try server.receiveFinal([UInt8](text: whole))
    }
  }

  @Test("sign extensions in the final message like all the rest")
  func finalExtension() throws {
    var server = Sample.server()
    let bare = "n=,r=abc"
    let initial = Message.initial("SCRAM-SHA-256", "n,,\(bare)")
    guard case .send(let challenge) = try server.receiveInitial(initial) else {
      Issue.record("no challenge")
      return
    }
    let nonce = "abc" + Base64.encode(Sample.serverNonce).text
    let exchange = ScramExchange(
      clientFirstBare: [UInt8](text: bare),
      serverFirst: Array(Message.split(challenge)[0].body.dropFirst(4)),
      clientFinalWithoutProof: [UInt8](text: "c=biws,r=\(nonce),x=y"))
    let signature = Hashing.hmac(
      key: Sample.verifier.storedKey.storage.span, exchange.authMessage.span)
    let proof = Base64.encode((signature ^ Sample.keys.clientKey).bytes).text
    let final = [UInt8](text: "c=biws,r=\(nonce),x=y,p=\(proof)")
    guard case .accepted = try server.receiveFinal(final) else {
      Issue.record("not accepted")
      return
    }
  }

  @Test("take each message once and in order")
  func order() throws {
    var server = Sample.server()
    let initial = Message.initial("SCRAM-SHA-256", "n,,n=,r=abc")
    #expect(throws: ScramError.outOfOrder) { try server.receiveFinal(initial) }
    _ = try server.receiveInitial(initial)
    #expect(throws: ScramError.outOfOrder) { try server.receiveInitial(initial) }
  }

  @Test("do the same work for a role that does not exist, a wrong password and a right one")
  func work() {
    let wrong = [UInt8](text: "wrong")
    let cases: [(ScramServer, [UInt8])] = [
      (Sample.server(), Sample.password), (Sample.server(), wrong),
      (Sample.server(Sample.mock, isMock: true), Sample.password),
      (Sample.server(Sample.mock, isMock: true), wrong), (Sample.server(isMock: true), wrong),
    ]
    for (server, password) in cases {
      var handshake = Handshake(
        client: ScramClient(password: password, nonce: Sample.clientNonce), server: server)
      _ = handshake.run()
      #expect(handshake.server.hashing.count == 3)
    }
  }

  @Test("say so in PostgreSQL's classes of errors")
  func states() {
    #expect(ScramError.malformed(offset: 1).response.sqlState == .protocolViolation)
    #expect(ScramError.bindingDowngrade.response.sqlState == .invalidAuthorization)
    #expect(ScramError.bindingMismatch.response.sqlState == .invalidAuthorization)
    #expect(ScramError.authorizationIdentity.response.sqlState == .featureNotSupported)
    #expect(ScramError.invalidNonce.response.detail?.contains("nonce") == true)
    #expect(ScramError.invalidNonce.response.severity == .fatal)
  }
}
