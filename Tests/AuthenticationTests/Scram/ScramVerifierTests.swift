import Testing
import TestSupport

@testable import Authentication

@Suite("SCRAM verifiers")
struct ScramVerifierTests {
  /// What RFC 7677 section 3 has a server keep for the password `pencil`.
  static let pencil =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="

  @Test("are those that PostgreSQL derives from a password")
  func derived() throws {
    let salt = try #require(Base64.decode([UInt8](text: "W22ZaJ0SNY7soEsUEjb6gQ==")))
    let verifier = ScramVerifier(password: [UInt8](text: "pencil"), salt: salt)
    #expect(verifier.secretText.text == Self.pencil)
    #expect(try ScramVerifier(parsing: [UInt8](text: Self.pencil)) == verifier)
  }

  @Test("are read back as they are written", arguments: [1, 16, 128], [1, 4_096, 1_000_000])
  func roundTrip(saltBytes: Int, iterations: Int) throws {
    let verifier = ScramVerifier(
      iterations: iterations, salt: [UInt8](repeating: 0xA5, count: saltBytes),
      storedKey: Sample.verifier.storedKey, serverKey: Sample.verifier.serverKey)
    #expect(try ScramVerifier(parsing: verifier.secretText) == verifier)
  }

  @Test(
    "are refused when a part of them is wrong",
    arguments: [
      ("", .layout), ("SCRAM-SHA-256", .layout), ("SCRAM-SHA-256$1:c2FsdA==", .layout),
      ("SCRAM-SHA-1$KEY", .layout), ("SCRAM-SHA-256$1:c2FsdA==$KEY:KEY$", .layout),
      ("SCRAM-SHA-256$1$KEY:KEY", .layout), ("SCRAM-SHA-256$1:c2FsdA==$KEY", .layout),
      ("SCRAM-SHA-256$1:c2FsdA==:x$KEY:KEY", .layout),
      ("scram-sha-256$1:c2FsdA==$KEY:KEY", .layout),
      (" SCRAM-SHA-256$1:c2FsdA==$KEY:KEY", .layout),
      ("SCRAM-SHA-256$0:c2FsdA==$KEY:KEY", .iterations),
      ("SCRAM-SHA-256$01:c2FsdA==$KEY:KEY", .iterations),
      ("SCRAM-SHA-256$-1:c2FsdA==$KEY:KEY", .iterations),
      ("SCRAM-SHA-256$:c2FsdA==$KEY:KEY", .iterations),
      ("SCRAM-SHA-256$4096 :c2FsdA==$KEY:KEY", .iterations),
      ("SCRAM-SHA-256$1000001:c2FsdA==$KEY:KEY", .iterations),
      ("SCRAM-SHA-256$99999999999999999999:c2FsdA==$KEY:KEY", .iterations),
      ("SCRAM-SHA-256$1:$KEY:KEY", .salt), ("SCRAM-SHA-256$1:c2FsdA=$KEY:KEY", .salt),
      ("SCRAM-SHA-256$1:c2FsdB==$KEY:KEY", .salt),
      ("SCRAM-SHA-256$1:c2FsdA==$:KEY", .key), ("SCRAM-SHA-256$1:c2FsdA==$KEY:", .key),
      ("SCRAM-SHA-256$1:c2FsdA==$KEY:c2FsdA==", .key),
      ("SCRAM-SHA-256$1:c2FsdA==$c2FsdA==:KEY", .key),
    ] as [(String, ScramVerifierError)])
  func refused(text: String, expected: ScramVerifierError) {
    let key = Base64.encode(Sample.verifier.storedKey.bytes).text
    let whole = text.split(separator: "KEY", omittingEmptySubsequences: false)
      .joined(separator: key)
    #expect(throws: expected) { try ScramVerifier(parsing: [UInt8](text: whole)) }
  }

  @Test("are refused when they are too long, whatever they say")
  func tooLong() {
    let limit = AuthenticationLimits.verifierBytes
    let text = [UInt8](text: "SCRAM-SHA-256$1:") + [UInt8](repeating: 0x41, count: limit)
    #expect(throws: ScramVerifierError.tooLong(text.count)) { try ScramVerifier(parsing: text) }
    #expect(throws: ScramVerifierError.layout) {
      try ScramVerifier(parsing: Array(text.prefix(limit)))
    }
    let salt = Base64.encode([UInt8](repeating: 1, count: 129)).text
    #expect(throws: ScramVerifierError.salt) {
      try ScramVerifier(parsing: [UInt8](text: "SCRAM-SHA-256$1:\(salt)$a:b"))
    }
  }

  @Test("damaged ones never trap, and one that is taken is written as it was read")
  func mutations() {
    var mutator = Mutator(seed: 11)
    var taken = 0
    for _ in 0..<10_000 {
      let text = mutator.mutate([UInt8](text: Self.pencil))
      guard let verifier = try? ScramVerifier(parsing: text) else { continue }
      #expect(verifier.secretText == text)
      taken += 1
    }
    #expect((100..<9_900).contains(taken), "\(taken)")
  }

  @Test("say what is wrong with them without showing themselves")
  func errors() {
    for error in [.tooLong(9), .layout, .iterations, .salt, .key] as [ScramVerifierError] {
      #expect("\(error)".contains("verifier"))
    }
  }

  @Test("of a role that does not exist are the same each time, and differ by role and secret")
  func mock() {
    let secret = [UInt8](repeating: 7, count: 32)
    #expect(Sample.mock == ScramVerifier.mock(user: Sample.user, secret: secret, iterations: 3))
    #expect(Sample.mock.iterations == 3 && Sample.mock.salt.count == 16)
    let others = [
      ScramVerifier.mock(user: [UInt8](text: "amandb"), secret: secret, iterations: 3),
      ScramVerifier.mock(user: [UInt8](text: ""), secret: secret, iterations: 3),
      ScramVerifier.mock(user: Sample.user, secret: secret.dropLast() + [8], iterations: 3),
    ]
    for other in others {
      #expect(other.salt != Sample.mock.salt)
      #expect(other.storedKey != Sample.mock.storedKey)
      #expect(other.serverKey != Sample.mock.serverKey)
    }
    #expect(Sample.mock.storedKey != Sample.mock.serverKey)
    #expect(ScramVerifier.mock(user: [], secret: secret).iterations == 4_096)
  }
}
