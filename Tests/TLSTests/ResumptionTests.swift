import Synchronization
import TLS
import Testing

@Suite("Sessions that are resumed")
struct ResumptionTests {
  let certificates: Certificates
  let keys = TicketKeys(lifetime: .seconds(3600))

  init() throws { certificates = try Certificates.shared.get() }

  func server(
    _ keys: TicketKeys?, _ version: TLSVersion = .tls13, certificate: TLSCertificate? = nil
  ) throws -> TLSContext {
    let own = Certificates.Files(certificate: certificates.certificate, key: certificates.key)
    return try TLSContext(
      server: TLSContext.ServerSettings(
        certificates: [try certificate ?? own.read()], ticketKeys: keys, newestVersion: version))
  }

  func client(keeping count: Int = 10) throws -> TLSContext {
    try TLSContext(
      client: TLSContext.ClientSettings(
        authorities: try TLSAuthorities(path: certificates.certificate), keptSessions: count))
  }

  /// Connects once, with a request and an answer, and tells whether the session was resumed.
  func connect(
    _ client: TLSContext, _ server: TLSContext, key: String? = "a", name: String = "a.db.localhost"
  ) throws -> Bool {
    var pair = try MemoryPair(
      client: client, server: server, serverName: name, sessionKey: key.map { Array($0.utf8) })
    let facts = try pair.facts()
    #expect(facts.client.isResumed == facts.server.isResumed)
    #expect(facts.client.serverEndPoint == facts.server.serverEndPoint)
    #expect(facts.server.serverName == Array(name.utf8))
    #expect(facts.client.peerNames.isEmpty == false)
    try pair.client.write([1])
    try pair.server.write([2])
    pair.run()
    let (asked, answered) = (pair.server.plaintext, pair.client.plaintext)
    #expect(asked == [1])
    #expect(answered == [2])
    return facts.client.isResumed
  }

  @Test(
    "are so by every thread that has the keys, again and again",
    arguments: [TLSVersion.tls12, .tls13])
  func everyThread(version: TLSVersion) throws {
    let client = try client()
    let servers = [try server(keys, version), try server(keys, version)]
    #expect(try !connect(client, servers[0]))
    for round in 0..<6 { #expect(try connect(client, servers[round % 2])) }
  }

  @Test("may be resumed several times at once")
  func atOnce() throws {
    let (client, server) = (try client(), try server(keys))
    #expect(try !connect(client, server))
    var one = try MemoryPair(
      client: client, server: server, serverName: "a.db.localhost", sessionKey: Array("a".utf8))
    var two = try MemoryPair(
      client: client, server: server, serverName: "a.db.localhost", sessionKey: Array("a".utf8))
    #expect(try two.facts().server.isResumed)
    #expect(try one.facts().server.isResumed)
  }

  @Test("are those of their own key")
  func ownKey() throws {
    let (client, server) = (try client(), try server(keys))
    #expect(try !connect(client, server, key: "a"))
    #expect(try !connect(client, server, key: "b"))
    #expect(try connect(client, server, key: "a"))
    #expect(try !connect(client, server, key: nil))
  }

  @Test("are bounded in number; the oldest goes")
  func bounded() throws {
    let (client, server) = (try client(keeping: 2), try server(keys))
    for key in ["a", "b", "c"] { #expect(try !connect(client, server, key: key)) }
    #expect(try connect(client, server, key: "c"))
    #expect(try connect(client, server, key: "b"))
    #expect(try !connect(client, server, key: "a"))
  }

  @Test("are none without tickets, or with the keys of another router")
  func otherKeys() throws {
    let client = try client()
    #expect(try !connect(client, try server(nil)))
    #expect(try !connect(client, try server(nil)))
    #expect(try !connect(client, try server(keys)))
    #expect(try !connect(client, try server(TicketKeys(lifetime: .seconds(3600)))))
  }

  @Test("are none once the server's certificate is another", arguments: [TLSVersion.tls12, .tls13])
  func otherCertificate(version: TLSVersion) throws {
    try certificates.make("renewed-\(version.rawValue)", names: "DNS:*.db.localhost")
    let renewed = certificates.files("renewed-\(version.rawValue)")
    let client = try TLSContext(
      client: TLSContext.ClientSettings(verification: .require, keptSessions: 10))
    let (before, after) = (
      try server(keys, version), try server(keys, version, certificate: try renewed.read())
    )
    #expect(try !connect(client, before))
    #expect(try connect(client, before))
    #expect(try !connect(client, after))
    #expect(try connect(client, after))
  }

  @Test("outlive one turn of the keys, and not two", arguments: [TLSVersion.tls12, .tls13])
  func turning(version: TLSVersion) throws {
    let clock = Clock()
    let keys = TicketKeys(lifetime: .seconds(100), now: { clock.seconds * 1_000_000_000 })
    let (client, server) = (try client(), try server(keys, version))
    #expect(try !connect(client, server))
    clock.seconds = 49
    #expect(try connect(client, server))
    // The ticket of the first key is taken, and replaced by one of the second.
    clock.seconds = 51
    #expect(try connect(client, server))
    clock.seconds = 102
    #expect(try connect(client, server))
    // Nobody came while two keys would have sealed.
    clock.seconds = 300
    #expect(try !connect(client, server))
    #expect(try connect(client, server))
  }

  @Test("keep the client's certificate")
  func clientCertificate() throws {
    var settings = try TLSContext.ServerSettings(
      certificatePath: certificates.certificate, keyPath: certificates.key)
    settings.clientCertificates = .required
    settings.clientAuthorities = try TLSAuthorities(path: certificates.client.certificate)
    settings.ticketKeys = keys
    let server = try TLSContext(server: settings)
    var own = TLSContext.ClientSettings(verification: .require, keptSessions: 1)
    own.certificate = try certificates.client.read()
    let client = try TLSContext(client: own)
    for round in 0..<2 {
      var pair = try MemoryPair(client: client, server: server, sessionKey: [1])
      let facts = try pair.facts()
      #expect(facts.server.isResumed == (round == 1))
      #expect(facts.server.peerNames.last == Array("olga".utf8))
    }
  }
}

/// A clock that stands where it is put.
private final class Clock: Sendable {
  private let time = Mutex<UInt64>(0)
  var seconds: UInt64 {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }
}
