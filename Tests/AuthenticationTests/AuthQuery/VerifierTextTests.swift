import Testing

@testable import Authentication

@Suite("Verifiers as text")
struct VerifierTextTests {
  @Test("are told apart by their form")
  func forms() throws {
    let scram = [UInt8](text: ScramVerifierTests.pencil)
    #expect(VerifierText.classify(scram) == .scram(try ScramVerifier(parsing: scram)))
    let md5 = [UInt8](text: "md50123456789abcdef0123456789abcdef")
    #expect(VerifierText.classify(md5) == .md5(try #require(MD5Verifier(parsing: md5))))
  }

  @Test(
    "of no use are told with a reason",
    arguments: [
      ("", .unknown), ("secret", .unknown), ("md5", .unknown), ("SCRAM-SHA-256", .unknown),
      ("SCRAM-SHA-512$1:a$b:c", .unknown), ("md50123456789abcdef", .unknown),
      ("SCRAM-SHA-256$", .scram(.layout)), ("SCRAM-SHA-256$0:AAAA$b:c", .scram(.iterations)),
    ] as [(String, VerifierText.Unsupported)])
  func unsupported(text: String, reason: VerifierText.Unsupported) {
    #expect(VerifierText.classify([UInt8](text: text)) == .unsupported(reason))
    #expect("\(reason)".contains("password_encryption"))
  }
}
