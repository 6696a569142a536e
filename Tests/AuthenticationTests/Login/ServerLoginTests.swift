import Testing
import TestSupport
import Wire

@testable import Authentication

@Suite("Login to a server")
struct ServerLoginTests {
  typealias Step = (type: Character, body: [UInt8], expected: ServerLogin.Action)

  private static func login(
    _ credential: Credential, allowsWeak: Bool = false, binding: ChannelBinding = .none,
    version: ProtocolVersion = .v3_0
  ) -> ServerLogin {
    ServerLogin(
      user: Sample.user, credential: credential, clientNonce: Sample.clientNonce,
      allowsWeak: allowsWeak, channelBinding: binding, version: version)
  }

  private static let md5 = MD5Verifier(password: Sample.password, user: Sample.user)!
  private static let credentials: [Credential] = [
    .none, .scram(Sample.keys), .md5(md5), .password(Sample.password),
  ]

  /// What a server tells behind `AuthenticationOk`.
  private static let greeting: [Step] = [
    (
      "S", [UInt8](text: "TimeZone\0UTC\0"),
      .parameter(name: [UInt8](text: "TimeZone"), value: [UInt8](text: "UTC"))
    ),
    ("N", Message.error("01000", "a notice"), .wait),
    ("K", hex("00000007 01020304"), .key(processID: 7, key: [1, 2, 3, 4])),
    ("S", [UInt8](text: "a\0\0"), .parameter(name: [UInt8](text: "a"), value: [])),
    ("Z", [0x49], .ready),
  ]

  private static func run(_ login: inout ServerLogin, _ script: [Step]) throws {
    for (type, body, expected) in script {
      #expect(try login.receive(type, body) == expected, "\(type)")
    }
  }

  @Test("a server that trusts is taken, with any credential", arguments: credentials.indices)
  func trust(index: Int) throws {
    var login = Self.login(Self.credentials[index])
    try Self.run(
      &login,
      [("N", Message.error("01000", "a notice"), .wait)]
        + [("R", Message.request(0), .authenticated)] + Self.greeting)
  }

  @Test("a password goes as it is, or as its MD5 hash, if that is allowed")
  func weak() throws {
    let answer = Message.whole("p", Sample.password + [0])
    let response = try #require(Self.md5.response(salt: 0x7361_6C74))
    let hashed = Message.whole("p", response + [0])
    for (credential, request, expected) in [
      (.password(Sample.password), Message.request(3), answer),
      (.password(Sample.password), Message.request(5, "salt"), hashed),
      (.md5(Self.md5), Message.request(5, "salt"), hashed),
    ] as [(Credential, [UInt8], [UInt8])] {
      var login = Self.login(credential, allowsWeak: true)
      try Self.run(
        &login,
        [("R", request, .send(expected)), ("R", Message.request(0), .authenticated)]
          + Self.greeting)
    }
    var login = Self.login(.md5(Self.md5), allowsWeak: false)
    try Self.run(&login, [("R", Message.request(5, "salt"), .send(hashed))])
  }

  /// What each credential says to each request when nothing weak is allowed.
  static let refusals: [([UInt8], [ServerLoginError?])] = [
    (
      Message.request(3),
      [
        .credentialMissing(.cleartextPassword), .credentialDoesNotFit(.cleartextPassword),
        .credentialDoesNotFit(.cleartextPassword), .weakMethod(.cleartextPassword),
      ]
    ),
    (
      Message.request(5, "salt"),
      [
        .credentialMissing(.md5Password), .credentialDoesNotFit(.md5Password), nil,
        .weakMethod(.md5Password),
      ]
    ),
    (
      Message.request(10, "SCRAM-SHA-256\0\0"),
      [.credentialMissing(.sasl), nil, .credentialDoesNotFit(.sasl), nil]
    ),
    (Message.request(2), .init(repeating: .credentialDoesNotFit(.kerberosV5), count: 4)),
    (Message.request(7), .init(repeating: .credentialDoesNotFit(.gss), count: 4)),
    (Message.request(9), .init(repeating: .credentialDoesNotFit(.sspi), count: 4)),
    (Message.request(6), .init(repeating: .unknownMethod(code: 6), count: 4)),
    (Message.request(8, "x"), .init(repeating: .unexpectedMessage(type: 0x52), count: 4)),
    (Message.request(11, "x"), .init(repeating: .unexpectedMessage(type: 0x52), count: 4)),
    (Message.request(12, "x"), .init(repeating: .unexpectedMessage(type: 0x52), count: 4)),
  ]

  @Test("what the credential can't answer is a typed error", arguments: refusals.indices)
  func refusedRequests(index: Int) {
    let (request, expected) = Self.refusals[index]
    for (credential, expected) in zip(Self.credentials, expected) {
      var login = Self.login(credential)
      var thrown: ServerLoginError?
      do throws(ServerLoginError) {
        _ = try login.receive("R", request)
      } catch {
        thrown = error
      }
      #expect(thrown == expected)
    }
  }

  /// Runs SCRAM against a server of this module's.
  private static func runScram(
    _ login: inout ServerLogin, _ server: inout ScramServer
  ) throws -> [UInt8]? {
    let offer = Message.request(10, server.mechanisms.map { "\($0)\0" }.joined() + "\0")
    guard case .send(let first) = try login.receive("R", offer),
      case .send(let challenge) = try server.receiveInitial(Message.split(first)[0].body),
      case .send(let proof) = try login.receive("R", Message.split(challenge)[0].body),
      case .accepted(let final, _) = try server.receiveFinal(Message.split(proof)[0].body)
    else { return nil }
    return Message.split(final)[0].body
  }

  @Test(
    "SCRAM proves both sides, with keys and with a password, bound to a certificate or not",
    arguments: [1, 3], [ChannelBinding.none, Sample.certificate])
  func scram(credential: Int, binding: ChannelBinding) throws {
    var login = Self.login(Self.credentials[credential], binding: binding)
    var server = Sample.server(channelBinding: binding)
    let final = try #require(try Self.runScram(&login, &server))
    try Self.run(
      &login, [("R", final, .wait), ("R", Message.request(0), .authenticated)] + Self.greeting)
  }

  @Test("a server that has not proved itself is not believed")
  func unprovenServer() throws {
    // Ok in place of the challenge, then in place of the signature.
    for count in [1, 2] {
      var login = Self.login(.scram(Sample.keys))
      var server = Sample.server()
      if count == 1 {
        _ = try login.receive("R", Message.request(10, "SCRAM-SHA-256\0\0"))
      } else {
        _ = try Self.runScram(&login, &server)
      }
      #expect(throws: ServerLoginError.unexpectedMessage(type: 0x52)) {
        try login.receive("R", Message.request(0))
      }
    }
    var login = Self.login(.scram(Sample.keys))
    var server = Sample.server()
    var final = try #require(try Self.runScram(&login, &server))
    final[8] = final[8] == 0x41 ? 0x42 : 0x41
    #expect(throws: ServerLoginError.scram(.wrongServerSignature)) {
      try login.receive("R", final)
    }
  }

  @Test("a server that does not know the verifier is found out, and one with another refuses")
  func otherVerifier() throws {
    var login = Self.login(.scram(Sample.keys))
    var server = Sample.server(
      ScramVerifier(password: [1], salt: Sample.salt, iterations: Sample.iterations))
    #expect(try Self.runScram(&login, &server) == nil)
    #expect(
      throws: ServerLoginError.refused(
        ErrorResponse(sqlState: .invalidPassword, message: "password authentication failed"))
    ) { try login.receive("E", Message.error("28P01", "password authentication failed")) }
  }

  @Test("an error of the server's ends the login wherever it stands")
  func refused() throws {
    let error = ErrorResponse(sqlState: .tooManyConnections, message: "sorry, too many clients")
    let body = Message.error("53300", "sorry, too many clients")
    for count in 0..<Self.greeting.count {
      var login = Self.login(.none)
      if count > 0 {
        try Self.run(
          &login, [("R", Message.request(0), .authenticated)] + Self.greeting.prefix(count - 1))
      }
      #expect(throws: ServerLoginError.refused(error)) { try login.receive("E", body) }
      #expect(throws: ServerLoginError.unexpectedMessage(type: 0x5A)) {
        try login.receive("Z", [0x49])
      }
    }
  }

  @Test(
    "a message that is not due is a typed error, before and behind AuthenticationOk and at the end",
    arguments: [
      ("S", false, true, false), ("K", false, true, false), ("Z", false, true, false),
      ("R", true, false, false), ("N", true, true, false), ("v", false, false, false),
      ("T", false, false, false), ("D", false, false, false), ("C", false, false, false),
      ("A", false, false, false), ("\0", false, false, false), ("\u{FF}", false, false, false),
    ])
  func order(type: String, first: Bool, starting: Bool, ready: Bool) throws {
    let bodies: [String: [UInt8]] = [
      "S": [UInt8](text: "a\0b\0"), "K": hex("00000007 01020304"), "Z": [0x49],
      "R": Message.request(0), "N": Message.error("01000", "a notice"),
    ]
    let byte = UInt8(type.unicodeScalars.first!.value)
    let body = bodies[type] ?? []
    for (count, isDue) in [(0, first), (1, starting), (2, ready)] {
      var login = Self.login(.none)
      if count > 0 { _ = try login.receive("R", Message.request(0)) }
      if count > 1 { _ = try login.receive("Z", [0x49]) }
      var thrown: ServerLoginError?
      do throws(ServerLoginError) {
        _ = try login.receive(type: byte, body: body.span.bytes)
      } catch {
        thrown = error
      }
      #expect(thrown == (isDue ? nil : .unexpectedMessage(type: byte)), "\(type) at \(count)")
    }
  }

  @Test(
    "a message that can't be read is a typed error",
    arguments: [
      ("R", false, [0, 0, 0]), ("R", false, [0, 0, 0, 0, 0]), ("R", false, [0, 0, 0, 5, 1, 2, 3]),
      ("R", false, [0, 0, 0, 10, 0x41]), ("E", false, []), ("S", true, [0x41]),
      ("K", true, [0, 0, 0, 1, 1]), ("K", true, [0, 0, 0, 1, 1, 2, 3, 4, 5]), ("Z", true, []),
      ("Z", true, [0x41]),
    ] as [(Character, Bool, [UInt8])])
  func malformed(type: Character, isAuthenticated: Bool, body: [UInt8]) throws {
    var login = Self.login(.none)
    if isAuthenticated { _ = try login.receive("R", Message.request(0)) }
    do throws(ServerLoginError) {
      _ = try login.receive(type, body)
      Issue.record("taken")
    } catch .malformed(let error) {
      #expect(error.type == type.asciiValue)
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test("a message is at most so long, and a key as long as its protocol has it")
  func lengths() throws {
    var login = Self.login(.none)
    let long = [UInt8](repeating: 0x41, count: AuthenticationLimits.serverMessageBytes + 1)
    #expect(throws: ServerLoginError.messageTooLong(type: 0x4E, byteCount: long.count)) {
      try login.receive("N", long)
    }
    var newer = Self.login(.none, version: .v3_2)
    let key = [UInt8](repeating: 9, count: 32)
    try Self.run(
      &newer,
      [
        ("R", Message.request(0), .authenticated),
        ("K", hex("00000007") + key, .key(processID: 7, key: key)),
      ])
  }

  @Test("errors say what happened")
  func descriptions() {
    let error = ErrorResponse(sqlState: .invalidPassword, message: "no")
    #expect("\(ServerLoginError.refused(error))".hasSuffix("FATAL 28P01: no"))
    #expect("\(ServerLoginError.weakMethod(.md5Password))".contains("the password's MD5 hash"))
    #expect("\(ServerLoginError.unexpectedMessage(type: 0x41))".contains("'A'"))
    #expect("\(ServerLoginError.scram(.nonceMismatch))".contains("nonce"))
  }

  @Test("damaged messages never trap, and no damaged SCRAM lets a server in")
  func mutations() throws {
    var mutator = Mutator(seed: 41)
    var (done, failed) = (0, 0)
    for round in 0..<3_000 {
      var login = Self.login(.scram(Sample.keys))
      var server = Sample.server()
      let damaged = round % 3
      do {
        let offer = Message.request(10, "SCRAM-SHA-256\0\0")
        guard
          case .send(let first) = try login.receive(
            "R", damaged == 0 ? mutator.mutate(offer) : offer),
          case .send(let challenge) = try server.receiveInitial(Message.split(first)[0].body)
        else { continue }
        let data = Message.split(challenge)[0].body
        guard
          case .send(let proof) = try login.receive("R", damaged == 1 ? mutator.mutate(data) : data),
          case .accepted(let final, _) = try server.receiveFinal(Message.split(proof)[0].body)
        else { continue }
        let signature = Message.split(final)[0].body
        let told = damaged == 2 ? mutator.mutate(signature) : signature
        if try login.receive("R", told) == .wait {
          done += 1
          #expect(damaged == 0 || told == signature)
        }
      } catch {
        failed += 1
      }
    }
    #expect(failed > 1_000 && done < 500)
  }
}
