import Authentication
import Testing
import Wire

@testable import DataPlane

@Suite("The login of probes")
struct ProbeLoginTests {
  private func step(
    _ login: inout ProbeLogin, _ message: [UInt8]
  ) throws(ProbeFailure) -> ProbeLogin.Step {
    try login.receive(type: message[0], body: message.span.bytes.extracting(5..<message.count))
  }

  private static func settings(password: String? = nil) -> ProbeSettings {
    var settings = ProbeSettings(user: "probe")
    settings.password = password.map { Array($0.utf8) }
    return settings
  }

  private static let trusted = AuthenticationRequest.encodedOK()
  private static let welcome = [
    Packets.message("S", Packets.text("a") + Packets.text("b")), ProbeWire.notice,
    Packets.message("K", Packets.integer(1, bytes: 4) + [1, 2, 3, 4]),
  ]

  @Test("a trusted role is let in when the server is ready, and not before")
  func trust() throws {
    var login = ProbeLogin(Self.settings())
    for message in [Self.trusted] + Self.welcome {
      #expect(try step(&login, message) == .wait)
    }
    #expect(try step(&login, ProbeWire.ready) == .ready)
  }

  @Test(
    "a role with a password proves it by SCRAM",
    arguments: [("geheim", true), ("falsch", false)])
  func password(_ password: String, isRight: Bool) throws {
    let verifier = ScramVerifier(
      password: Array("geheim".utf8), salt: Array(repeating: 7, count: 16))
    var server = ScramServer(
      verifier: verifier, isMock: false, serverNonce: Nonces.scram(), channelBinding: .none)
    var login = ProbeLogin(Self.settings(password: password))
    let first = try sent(&login, AuthenticationRequest.encodedSASL(mechanisms: server.mechanisms))
    guard case .send(let challenge) = try server.receiveInitial(Self.body(first)) else { return }
    let proof = try sent(&login, challenge)
    switch try server.receiveFinal(Self.body(proof)) {
    case .accepted(let final, _):
      #expect(isRight)
      for message in [final, Self.trusted] + Self.welcome {
        #expect(try step(&login, message) == .wait)
      }
      #expect(try step(&login, ProbeWire.ready) == .ready)
    case .rejected: #expect(!isRight)
    case .send: Issue.record("no third round")
    }
  }

  private func sent(_ login: inout ProbeLogin, _ message: [UInt8]) throws -> [UInt8] {
    guard case .send(let answer) = try step(&login, message) else {
      throw ProbeFailure.connectionClosed
    }
    return answer
  }

  @_lifetime(borrow message)
  private static func body(_ message: borrowing [UInt8]) -> RawSpan {
    message.span.bytes.extracting(5..<message.count)
  }

  @Test("a password is sent neither as it is nor as its MD5 hash")
  func weakMethods() {
    for message in [
      AuthenticationRequest.encodedCleartextPassword(),
      AuthenticationRequest.encodedMD5Password(salt: 1),
    ] {
      var login = ProbeLogin(Self.settings(password: "geheim"))
      #expect { try step(&login, message) } throws: { error in
        guard case .loginFailed(.weakMethod) = error as? ProbeFailure else { return false }
        return "\(error)".contains("scram-sha-256")
      }
    }
  }

  private static let refusals: [(message: [UInt8], failure: ProbeFailure)] = [
    (
      ProbeWire.error("28000", "no pg_hba.conf entry"),
      .loginRefused(.invalidAuthorization, "no pg_hba.conf entry")
    ),
    (AuthenticationRequest.encodedCleartextPassword(), .loginNeeds(.cleartextPassword)),
    (Packets.message("R", Packets.integer(5, bytes: 4) + [1, 2, 3, 4]), .loginNeeds(.md5Password)),
    (
      Packets.message("R", Packets.integer(10, bytes: 4) + Packets.text("SCRAM-SHA-256") + [0]),
      .loginNeeds(.sasl)
    ),
    (Packets.message("R", Packets.integer(99, bytes: 4)), .loginFailed(.unknownMethod(code: 99))),
    (ProbeWire.ready, .loginFailed(.unexpectedMessage(type: UInt8(ascii: "Z")))),
    (Packets.message("D", [0, 0]), .loginFailed(.unexpectedMessage(type: UInt8(ascii: "D")))),
    (
      Packets.message("R", [0]),
      .loginFailed(
        .malformed(MessageBodyError(type: UInt8(ascii: "R"), problem: .truncated, offset: 0)))
    ),
    (
      Packets.message("E", [0]),
      .loginFailed(
        .malformed(MessageBodyError(type: UInt8(ascii: "E"), problem: .truncated, offset: 1)))
    ),
  ]

  @Test("any other answer ends it, with a reason", arguments: refusals)
  func refused(message: [UInt8], failure: ProbeFailure) {
    var login = ProbeLogin(Self.settings())
    #expect(throws: failure) { try step(&login, message) }
    #expect(!"\(failure)".isEmpty)
  }
}
