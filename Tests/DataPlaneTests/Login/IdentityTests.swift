import TLS
import Testing
import Wire

@testable import DataPlane

/// What a client says of itself; the tenants of the map are acme and beta.
struct IdentityCase: Sendable, CustomTestStringConvertible {
  var sources: [IdentitySource] = IdentitySource.standard
  var option: String?
  var user = "john"
  var database: String?
  var tenant: String?
  var loginUser: String?
  var refusal: Refusal?

  var testDescription: String {
    "\(sources.map(\.rawValue)) option=\(option ?? "-") user=\(user) database=\(database ?? "-")"
  }
}

private func disagreement(
  _ first: IdentitySource, _ tenant: String, _ second: IdentitySource, _ other: String
) -> Refusal {
  .identitiesDisagree(first, Array(tenant.utf8), second, Array(other.utf8))
}

private let agreed: [IdentityCase] = [
  IdentityCase(option: "acme", tenant: "acme"),
  IdentityCase(user: "john.acme", tenant: "acme", loginUser: "john"),
  IdentityCase(database: "acme", tenant: "acme"),
  IdentityCase(
    option: "acme", user: "john.acme", database: "acme", tenant: "acme", loginUser: "john"),
  // An ordinary database or user name beside the tenant is no contradiction.
  IdentityCase(option: "acme", database: "postgres", tenant: "acme"),
  IdentityCase(option: "acme", user: "john.smith", tenant: "acme", loginUser: "john.smith"),
  IdentityCase(user: "john.acme", database: "postgres", tenant: "acme", loginUser: "john"),
  // Tenant ids hold no dot, so the last one splits.
  IdentityCase(user: "john.smith.acme", tenant: "acme", loginUser: "john.smith"),
  // What the map does not know is still what was asked for.
  IdentityCase(database: "nosuch", tenant: "nosuch"),
  IdentityCase(option: "nosuch", tenant: "nosuch"),
  // An empty name names nobody.
  IdentityCase(user: "john.", database: "acme", tenant: "acme", loginUser: "john."),
  IdentityCase(user: ".acme", database: "beta", tenant: "beta", loginUser: ".acme"),
  // Places the listener does not look at mean nothing, and their names stay as they are.
  IdentityCase(
    sources: [.database], option: "beta", user: "john.beta", database: "acme", tenant: "acme",
    loginUser: "john.beta"),
  IdentityCase(
    sources: [.user], user: "john.acme", database: "beta", tenant: "acme", loginUser: "john"),
  IdentityCase(
    sources: [.option], option: "acme", user: "john.beta", database: "beta", tenant: "acme",
    loginUser: "john.beta"),
  // The order decides which ordinary name wins.
  IdentityCase(
    sources: [.database, .user], user: "john.smith", database: "acme", tenant: "acme",
    loginUser: "john.smith"),
]

private let refused: [IdentityCase] = [
  IdentityCase(refusal: .noTenant),
  IdentityCase(user: "john.", refusal: .noTenant),
  IdentityCase(sources: [.option], user: "john.acme", database: "acme", refusal: .noTenant),
  IdentityCase(
    option: "acme", user: "john.beta", refusal: disagreement(.option, "acme", .user, "beta")),
  IdentityCase(
    option: "acme", database: "beta", refusal: disagreement(.option, "acme", .database, "beta")),
  IdentityCase(
    user: "john.acme", database: "beta",
    refusal: disagreement(.user, "acme", .database, "beta")),
  IdentityCase(
    sources: [.database, .user], user: "john.acme", database: "beta",
    refusal: disagreement(.database, "beta", .user, "acme")),
  // The option can mean nothing else than a tenant, even one that is not in the map.
  IdentityCase(
    sources: [.database, .option], option: "nosuch", database: "acme",
    refusal: disagreement(.database, "acme", .option, "nosuch")),
  IdentityCase(
    sources: [.user, .option], option: "acme", user: "john.smith",
    refusal: disagreement(.user, "smith", .option, "acme")),
]

@Suite("Identity")
struct IdentityTests {
  @Test("is who the listener's places agree on", arguments: agreed)
  func agreement(given: IdentityCase) throws {
    let identity = try identity(of: given)
    #expect(String(decoding: identity.tenant, as: UTF8.self) == given.tenant)
    #expect(String(decoding: identity.user, as: UTF8.self) == given.loginUser ?? given.user)
  }

  @Test("is refused where they disagree, or name nobody", arguments: refused)
  func disagreement(given: IdentityCase) {
    #expect(throws: given.refusal!) { try identity(of: given) }
  }

  private func identity(of given: IdentityCase) throws(Refusal) -> Identity {
    var parameters = [("user", given.user)]
    if let database = given.database { parameters.append(("database", database)) }
    if let option = given.option { parameters.append(("options", "-c shardway.tenant=\(option)")) }
    let login = Login(parameters)
    return try Identity(
      login.message, in: login.packet.span.bytes, options: login.options, sources: given.sources,
      isTenant: { ["acme", "beta"].contains(String(decoding: $0, as: UTF8.self)) })
  }
}

/// A startup packet and what is read out of it.
struct Login {
  let packet: [UInt8]
  let message: StartupMessage
  var options: StartupOptions { StartupOptions(of: message, in: packet.span.bytes) }

  init(_ parameters: [(String, String)]) {
    let packet = Packets.startup(parameters)
    guard let decoded = try? InitialPacket.decode(packet.span.bytes),
      case .startup(let message) = decoded.packet
    else { preconditionFailure("the test's own packet can't be read") }
    self.packet = packet
    self.message = message
  }
}

@Suite("Names of TLS")
struct TenantNamesTests {
  private func tenants(
    serverName: String? = nil, peer: [String] = [], suffix: String? = nil, prefix: String = "",
    ending: String = ""
  ) -> [String?] {
    var names = TenantNames()
    names.serverNameSuffix = suffix
    names.certificatePrefix = prefix
    names.certificateSuffix = ending
    let tenants = names.tenants(
      of: TLSFacts(
        version: .tls13, cipher: "", serverName: serverName.map { Array($0.utf8) },
        applicationProtocol: nil, isResumed: false, peerNames: peer.map { Array($0.utf8) },
        serverEndPoint: []))
    return [tenants.serverName, tenants.certificate].map {
      $0.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test("name the tenant that stands before the suffix")
  func serverNames() {
    #expect(tenants(serverName: "acme.db.localhost", suffix: ".db.localhost") == ["acme", nil])
    #expect(tenants(serverName: "Acme.DB.localhost", suffix: ".db.localhost") == ["acme", nil])
    #expect(tenants(serverName: ".db.localhost", suffix: ".db.localhost") == [nil, nil])
    #expect(tenants(serverName: "acme.db.example", suffix: ".db.localhost") == [nil, nil])
    #expect(tenants(serverName: "acme.db.localhost") == [nil, nil])
    #expect(tenants(suffix: ".db.localhost") == [nil, nil])
  }

  @Test("name the tenant of the first name in a certificate that fits")
  func certificates() {
    let names = ["acme.clients", "spiffe://x/tenant/beta", "olga@x", "gamma"]
    #expect(tenants(peer: names) == [nil, "acme.clients"])
    #expect(tenants(peer: names, ending: ".clients") == [nil, "acme"])
    #expect(tenants(peer: names, prefix: "spiffe://x/tenant/") == [nil, "beta"])
    #expect(tenants(peer: names, prefix: "spiffe://y/") == [nil, nil])
    #expect(tenants(peer: ["ab"], prefix: "a", ending: "b") == [nil, nil])
    #expect(tenants(peer: ["aa"], prefix: "a", ending: "aa") == [nil, nil])
  }

  @Test("are tenants' for certain: no other place may contradict them")
  func contradiction() throws {
    let login = Login([("user", "john"), ("database", "postgres")])
    var encrypted = EncryptedTenants()
    encrypted.serverName = Array("acme".utf8)
    func identity(_ encrypted: EncryptedTenants) throws -> Identity {
      try Identity(
        login.message, in: login.packet.span.bytes, options: login.options,
        sources: [.serverName, .certificate, .database], encrypted: encrypted,
        isTenant: { _ in false })
    }
    #expect(try identity(encrypted).tenant == Array("acme".utf8))
    encrypted.certificate = Array("beta".utf8)
    #expect(
      throws: Refusal.identitiesDisagree(
        .serverName, Array("acme".utf8), .certificate, Array("beta".utf8))
    ) { try identity(encrypted) }
    encrypted.serverName = nil
    #expect(try identity(encrypted).tenant == Array("beta".utf8))
    #expect(try identity(EncryptedTenants()).tenant == Array("postgres".utf8))
  }
}
