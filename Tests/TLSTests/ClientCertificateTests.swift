import TLS
import Testing

@Suite("Certificates of clients")
struct ClientCertificateTests {
  let certificates: Certificates

  init() throws { certificates = try Certificates.shared.get() }

  func server(
    _ asked: ClientCertificates, authority: String? = nil, _ version: TLSVersion = .tls13
  ) throws -> TLSContext {
    var settings = try TLSContext.ServerSettings(
      certificatePath: certificates.certificate, keyPath: certificates.key, newestVersion: version)
    settings.clientCertificates = asked
    settings.clientAuthorities = try TLSAuthorities(
      path: authority ?? certificates.client.certificate)
    return try TLSContext(server: settings)
  }

  func client(_ files: Certificates.Files?) throws -> TLSContext {
    var settings = TLSContext.ClientSettings(verification: .require)
    settings.certificate = try files?.read()
    return try TLSContext(client: settings)
  }

  @Test(
    "tell who the client is, the most telling names first", arguments: [TLSVersion.tls12, .tls13])
  func names(version: TLSVersion) throws {
    var pair = try MemoryPair(
      client: try client(certificates.client), server: try server(.required, version))
    let facts = try pair.facts()
    #expect(facts.server.version == version)
    #expect(
      facts.server.peerNames.map { String(decoding: $0, as: UTF8.self) } == [
        "acme.clients", "spiffe://example.com/tenant/acme", "olga@example.com", "olga",
      ])
    #expect(facts.client.peerNames.map { String(decoding: $0, as: UTF8.self) }.last == "test")
  }

  static let askings: [(ClientCertificates, Bool, Bool)] = [
    (.none, false, true), (.none, true, true), (.optional, false, true), (.optional, true, true),
    (.required, false, false), (.required, true, true),
  ]

  @Test("are needed where that is said", arguments: askings)
  func asked(_ asked: ClientCertificates, has: Bool, isGood: Bool) throws {
    var pair = try MemoryPair(
      client: try client(has ? certificates.client : nil), server: try server(asked))
    pair.run()
    let (error, facts) = (pair.server.error, pair.server.stream.facts)
    #expect((error == nil) == isGood)
    #expect(isGood ? (facts?.peerNames.isEmpty == false) == (has && asked != .none) : true)
    if case .certificateRefused(let reason)? = error {
      #expect(reason == "peer did not return a certificate")
    } else {
      #expect(isGood)
    }
  }

  @Test("of another authority are refused", arguments: [ClientCertificates.optional, .required])
  func stranger(asked: ClientCertificates) throws {
    var pair = try MemoryPair(
      client: try client(certificates.client),
      server: try server(asked, authority: certificates.strangerCertificate))
    pair.run()
    let error = pair.server.error
    guard case .certificateRefused(let reason)? = error else {
      Issue.record("it was not refused: \(String(describing: error))")
      return
    }
    #expect(reason.contains("self-signed") || reason.contains("issuer"))
  }

  @Test("can't be asked for without an authority")
  func noAuthority() throws {
    var settings = try TLSContext.ServerSettings(
      certificatePath: certificates.certificate, keyPath: certificates.key)
    settings.clientCertificates = .optional
    #expect(throws: TLSError.authoritiesMissing) { try TLSContext(server: settings) }
  }
}
