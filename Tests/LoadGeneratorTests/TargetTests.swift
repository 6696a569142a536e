import LoadScenario
import Testing

@testable import LoadGenerator

/// Who is contacted, and what is said before the login.
@Suite("Targets")
struct TargetTests {
  @Test(
    "the server name is the tenant's where whoever listens routes by it",
    arguments: [
      (.serverName, .postgres, "127.0.0.1", "acme.db.localhost"),
      (.database, .tcp, "127.0.0.1", "acme.db.localhost"),
      (.database, .postgres, "localhost", "localhost"), (.none, .postgres, "127.0.0.1", nil),
    ] as [(LoadTarget.TenantPlace, LoadTarget.Spoken, String, String?)])
  func serverName(
    place: LoadTarget.TenantPlace, spoken: LoadTarget.Spoken, host: String, name: String?
  ) {
    var target = LoadTarget(host: host, port: 5432)
    target.tenantPlace = place
    target.spoken = spoken
    target.serverNameSuffix = ".db.localhost"
    #expect(target.serverName(forTenant: "acme") == name)
  }

  @Test(
    "addresses are taken, names are not",
    arguments: [
      ("127.0.0.1", true), ("localhost", true), ("10.1.2.3", true), ("example.org", false),
      ("::1", false), ("1.2.3", false), ("", false),
    ])
  func address(host: String, isTaken: Bool) {
    #expect(((try? TargetAddress(host: host, port: 1)) != nil) == isTaken)
  }

  @Test("an SSLRequest has its length and its code")
  func sslRequest() {
    var bytes: [UInt8] = []
    Preamble.appendSSLRequest(to: &bytes)
    let words = [bytes[0..<4], bytes[4..<8]].map { $0.reduce(0) { $0 << 8 | Int($1) } }
    #expect(words == [8, 80_877_103])
  }
}
