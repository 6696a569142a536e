import Testing

@testable import Authentication

@Suite("Secrets")
struct SecretValueTests {
  private struct Holder {
    let name = "holder"
    let secret: any SecretValue
  }

  static let values: [any SecretValue] = [
    Sample.keys, Sample.keys.clientKey, Sample.verifier, Credential.scram(Sample.keys),
    Credential.password(Sample.password),
    MD5Verifier(password: Sample.password, user: Sample.user)!,
    VerifierText.classify([UInt8](text: "in the clear")), VerifierText.scram(Sample.verifier),
    AuthQueryAnswer.Outcome.found([UInt8](text: "in the clear")),
    VerifierCache.Value.verifier(.scram(Sample.verifier)),
  ]

  @Test("are not printed, whole or as a part of something", arguments: values.indices)
  func printing(index: Int) {
    let secret = Self.values[index]
    #expect("\(secret)" == "(secret)")
    #expect(String(reflecting: secret) == "(secret)")
    #expect("\(Optional.some(secret) as Any)" == "Optional((secret))")
    #expect("\(Holder(secret: secret))".hasSuffix("(name: \"holder\", secret: (secret))"))
  }

  @Test("are not dumped", arguments: values.indices)
  func dumping(index: Int) {
    var text = ""
    dump(Holder(secret: Self.values[index]), to: &text)
    #expect(text.contains("name: \"holder\""))
    #expect(text.split(separator: "\n").count == 3, "\(text)")
    #expect(text.contains("- secret: (secret)"))
  }
}
