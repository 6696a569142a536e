import Testing

@testable import Authentication

/// The exchange of RFC 7677 section 3, byte for byte.
@Suite("SCRAM-SHA-256 of RFC 7677")
struct ScramVectorTests {
  static let clientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
  static let serverFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
  static let clientFinal =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
  static let serverFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

  @Test("is what the server says")
  func server() throws {
    var server = ScramServer(
      verifier: try ScramVerifier(parsing: [UInt8](text: ScramVerifierTests.pencil)),
      isMock: false, nonce: [UInt8](text: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"), channelBinding: .none)
    let first = Message.initial("SCRAM-SHA-256", Self.clientFirst)
    guard case .send(let challenge) = try server.receiveInitial(first) else {
      Issue.record("no challenge")
      return
    }
    #expect(challenge == Message.whole("R", Message.request(11, Self.serverFirst)))
    let final = [UInt8](text: Self.clientFinal)
    guard case .accepted(let message, let keys) = try server.receiveFinal(final) else {
      Issue.record("not accepted")
      return
    }
    #expect(message == Message.whole("R", Message.request(12, Self.serverFinal)))
    let salt = try #require(Base64.decode([UInt8](text: "W22ZaJ0SNY7soEsUEjb6gQ==")))
    let known = ScramKeys(password: [UInt8](text: "pencil"), salt: salt, iterations: 4_096)
    #expect(keys == known, "the proof gives away the key that the password would give")
  }

  @Test("is what the client says")
  func client() throws {
    var client = ScramClient(
      password: [UInt8](text: "pencil"), name: "user", nonceText: "rOprNGfwEbeRWgbNEkqO")
    #expect(
      try client.start(mechanisms: [[UInt8](text: "SCRAM-SHA-256")])
        == Message.whole("p", Message.initial("SCRAM-SHA-256", Self.clientFirst)))
    let first = [UInt8](text: Self.serverFirst)
    #expect(
      try client.receiveContinue(first)
        == Message.whole("p", [UInt8](text: Self.clientFinal)))
    try client.receiveFinal([UInt8](text: Self.serverFinal))
  }
}
