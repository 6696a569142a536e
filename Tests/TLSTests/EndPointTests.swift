import TLS
import Testing

@Suite("What a login binds to")
struct EndPointTests {
  static let signatures: [(name: String, key: [String], digest: String)] = [
    ("ec-sha256", ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-sha256"], "sha256"),
    ("ec-sha384", ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-sha384"], "sha384"),
    ("rsa-sha512", ["rsa:2048", "-sha512"], "sha512"),
    ("rsa-sha1", ["rsa:2048", "-sha1"], "sha256"),
    ("rsa-pss", ["rsa:2048", "-sha384", "-sigopt", "rsa_padding_mode:pss"], "sha384"),
  ]

  func facts(_ name: String) throws -> (client: TLSFacts, server: TLSFacts) {
    let files = try Certificates.shared.get().files(name)
    let server = try TLSContext(
      server: TLSContext.ServerSettings(certificates: [try files.read()]))
    let client = try TLSContext(client: TLSContext.ClientSettings(verification: .require))
    var pair = try MemoryPair(client: client, server: server)
    return try pair.facts()
  }

  @Test(
    "is the certificate's hash by the function of its signature, and SHA-256 in place of weak ones",
    arguments: signatures)
  func digests(name: String, key: [String], digest: String) throws {
    let certificates = try Certificates.shared.get()
    try certificates.make(name, key: key)
    let facts = try facts(name)
    let expected = try Digest.of(certificates.files(name).certificate, digest, certificates)
    #expect(!expected.isEmpty)
    #expect(facts.client.serverEndPoint == expected)
    #expect(facts.server.serverEndPoint == expected)
  }

  @Test("is nothing where the signature has no such function")
  func none() throws {
    try Certificates.shared.get().make("edwards", key: ["ed25519"])
    let facts = try facts("edwards")
    #expect(facts.client.serverEndPoint == [])
    #expect(facts.server.serverEndPoint == [])
  }
}
