import COpenSSL
import Testing
import Wire

@testable import Authentication

@Suite("MD5 verifiers")
struct MD5VerifierTests {
  @Test(
    "have the form that PostgreSQL gives them",
    arguments: [
      ("md50123456789abcdef0123456789abcdef", true), ("md50123456789ABCDEF0123456789abcdef", false),
      ("md50123456789abcdef0123456789abcde", false),
      ("md50123456789abcdef0123456789abcdef0", false),
      ("0123456789abcdef0123456789abcdef", false), ("MD50123456789abcdef0123456789abcdef", false),
      ("md50123456789abcdeg0123456789abcdef", false), ("md5", false), ("", false),
    ])
  func form(text: String, isOne: Bool) {
    #expect(MD5Verifier(parsing: [UInt8](text: text))?.secretText.text == (isOne ? text : nil))
  }

  @Test("are the hash of password and role, and answer a salt with a hash of that")
  func response() throws {
    let verifier = try #require(
      MD5Verifier(password: [UInt8](text: "secret"), user: [UInt8](text: "app")))
    #expect(verifier.secretText.text == "md56a422f785c9e20873908ce25d1736ae2")
    #expect(verifier.response(salt: 0xDEAD_BEEF)?.text == "md5293b6595e2bc31835e11a0b106258764")
    #expect(verifier.response(salt: 0xDEAD_BEEE) != verifier.response(salt: 0xDEAD_BEEF))
  }

  @Test("are the same only if all digits are")
  func equality() {
    let one = MD5Verifier(password: [1], user: [2])
    #expect(one == MD5Verifier(password: [1], user: [2]))
    #expect(one != MD5Verifier(password: [1], user: [3]))
  }

  @Test("are refused, not computed wrongly, where OpenSSL is in FIPS mode")
  func fips() async {
    await #expect(processExitsWith: .success) {
      let verifier = try #require(
        MD5Verifier(parsing: [UInt8](text: "md50123456789abcdef0123456789abcdef")))
      try #require(EVP_set_default_properties(nil, "fips=yes") == 1)
      try #require(MD5Verifier(password: [1], user: [2]) == nil)
      var client = ClientAuthentication(user: [1], demand: .md5(verifier, salt: 1))
      _ = client.begin()
      guard case .rejected(let error, .md5Unavailable) = client.receive([1, 0]) else {
        throw ScramError.outOfOrder
      }
      try #require(error.sqlState == .featureNotSupported)
      for credential in [Credential.md5(verifier), .password([1])] {
        var login = ServerLogin(
          user: [1], credential: credential, clientNonce: Sample.clientNonce, allowsWeak: true)
        try #require(throws: ServerLoginError.md5Unavailable) {
          try login.receive("R", Message.request(5, "salt"))
        }
      }
    }
  }
}
