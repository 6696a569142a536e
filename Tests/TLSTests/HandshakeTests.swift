import TLS
import Testing

@Suite struct HandshakeTests {
  let certificates: Certificates

  init() throws { certificates = try Certificates.shared.get() }

  func server(_ version: TLSVersion = .tls13, protocols: [String] = [postgresProtocolName]) throws
    -> TLSContext
  {
    try TLSContext(
      server: TLSContext.ServerSettings(
        certificatePath: certificates.certificate, keyPath: certificates.key,
        applicationProtocols: protocols, newestVersion: version))
  }

  @Test(arguments: [TLSVersion.tls12, .tls13], 1...20 as ClosedRange<UInt64>)
  func `both sides come to terms however the bytes are cut`(version: TLSVersion, seed: UInt64)
    throws
  {
    let client = try TLSContext(
      client: TLSContext.ClientSettings(
        caPath: certificates.certificate, newestVersion: version))
    var pair = try Pair(
      client: client, server: try server(), serverName: "a.db.localhost", seed: seed)
    pair.run()
    let (clientError, serverError) = (pair.client.error, pair.server.error)
    #expect(clientError == nil)
    #expect(serverError == nil)
    let (ours, theirs) = (pair.client.stream.progress, pair.server.stream.progress)
    #expect(ours == .established)
    #expect(theirs == .established)
    let agreed = pair.server.stream.applicationProtocol
    let agreedToo = pair.client.stream.applicationProtocol
    #expect(agreed == "postgresql")
    #expect(agreedToo == "postgresql")
    let asked = pair.server.stream.requestedServerName
    #expect(asked == "a.db.localhost")
  }

  @Test func `an address is checked and not asked for`() throws {
    let client = try TLSContext(
      client: TLSContext.ClientSettings(caPath: certificates.certificate))
    var pair = try Pair(client: client, server: try server(), serverName: "127.0.0.1")
    pair.run()
    let (progress, asked) = (pair.client.stream.progress, pair.server.stream.requestedServerName)
    #expect(progress == .established)
    #expect(asked == nil)
  }

  @Test(arguments: ["127.0.0.1", "other.example"])
  func `where only the authority is checked, a certificate may be for another host`(
    name: String
  ) throws {
    let client = try TLSContext(
      client: TLSContext.ClientSettings(
        verification: .verifyCA,
        authorities: try TLSAuthorities(path: certificates.acme.certificate)))
    let server = try TLSContext(
      server: TLSContext.ServerSettings(
        certificatePath: certificates.acme.certificate, keyPath: certificates.acme.key))
    var pair = try Pair(client: client, server: server, serverName: name)
    pair.run()
    let (progress, error) = (pair.client.stream.progress, pair.client.error)
    #expect(progress == .established)
    #expect(error == nil)
  }

  @Test(arguments: ["other.example", "127.0.0.2"])
  func `a certificate for another host is refused`(name: String) throws {
    let client = try TLSContext(
      client: TLSContext.ClientSettings(caPath: certificates.certificate))
    var pair = try Pair(client: client, server: try server(), serverName: name)
    pair.run()
    guard case .certificateRefused(let reason)? = pair.client.error else {
      Issue.record("it was not refused")
      return
    }
    #expect(reason.contains("mismatch"))
    // The alert has told the server.
    let told = pair.server.error != nil
    #expect(told)
  }

  @Test func `a certificate of another authority is refused`() throws {
    let client = try TLSContext(
      client: TLSContext.ClientSettings(caPath: certificates.strangerCertificate))
    var pair = try Pair(client: client, server: try server(), serverName: "a.db.localhost")
    pair.run()
    guard case .certificateRefused? = pair.client.error else {
      Issue.record("it was not refused")
      return
    }
  }

  @Test func `without an authority every certificate will do`() throws {
    let client = try TLSContext(client: TLSContext.ClientSettings(verification: .require))
    var pair = try Pair(client: client, server: try server(), serverName: "other.example")
    pair.run()
    let progress = pair.client.stream.progress
    #expect(progress == .established)
  }

  @Test func `a client that offers other protocols only is refused`() throws {
    let client = try TLSContext(
      client: TLSContext.ClientSettings(
        verification: .require, applicationProtocols: ["h2", "http/1.1"]))
    var pair = try Pair(client: client, server: try server())
    pair.run()
    let (clientError, serverError) = (pair.client.error, pair.server.error)
    #expect(clientError == .handshakeFailed(reason: "tlsv1 alert no application protocol"))
    #expect(serverError != nil)
  }

  @Test func `a client that offers no protocol is welcome`() throws {
    let client = try TLSContext(
      client: TLSContext.ClientSettings(verification: .require, applicationProtocols: []))
    var pair = try Pair(client: client, server: try server())
    pair.run()
    let (progress, agreed) = (pair.client.stream.progress, pair.client.stream.applicationProtocol)
    #expect(progress == .established)
    #expect(agreed == nil)
  }

  @Test(arguments: [
    Array("GET / HTTP/1.1\r\n\r\n".utf8), [0, 0, 0, 8, 4, 210, 22, 47],
    [UInt8](repeating: 0, count: 100), [22, 3, 1, 0, 5, 1, 2, 3, 4, 5], pattern(3_000),
  ])
  func `what is no handshake ends in an error on both sides`(garbage: [UInt8]) throws {
    var asServer = try TLSStream(try server())
    var (plaintext, out): ([UInt8], [UInt8]) = ([], [])
    #expect(throws: TLSError.self) {
      _ = try asServer.receive(garbage.span.bytes, plaintext: &plaintext, ciphertext: &out)
    }
    var asClient = try TLSStream(
      try TLSContext(client: TLSContext.ClientSettings(verification: .require)))
    _ = try asClient.receive([UInt8]().span.bytes, plaintext: &plaintext, ciphertext: &out)
    #expect(!out.isEmpty)
    #expect(throws: TLSError.self) {
      _ = try asClient.receive(garbage.span.bytes, plaintext: &plaintext, ciphertext: &out)
    }
    #expect(plaintext.isEmpty)
  }

  @Test func `files that can't be used are named`() throws {
    let missing = "/nowhere/ca.pem"
    let notThere = TLSError.certificateUnusable(path: missing, reason: "No such file or directory")
    #expect(throws: notThere) {
      _ = try TLSContext(client: TLSContext.ClientSettings(caPath: missing))
    }
    #expect(throws: TLSError.self) {
      _ = try TLSContext(
        server: TLSContext.ServerSettings(certificatePath: missing, keyPath: certificates.key))
    }
    #expect {
      _ = try TLSContext(
        server: TLSContext.ServerSettings(
          certificatePath: certificates.certificate, keyPath: certificates.strangerKey))
    } throws: {
      guard case TLSError.keyUnusable(certificates.strangerKey, _)? = $0 as? TLSError else {
        return false
      }
      return true
    }
  }

  @Test(arguments: ["", String(repeating: "x", count: 256)])
  func `names of protocols that can't be are refused`(name: String) {
    #expect(throws: TLSError.badProtocolName(name)) {
      _ = try TLSContext(
        client: TLSContext.ClientSettings(verification: .require, applicationProtocols: [name]))
    }
  }

  @Test(arguments: ["", "a\0b", String(repeating: "x", count: 300)])
  func `names of servers that can't be are refused`(name: String) throws {
    let context = try TLSContext(client: TLSContext.ClientSettings(verification: .require))
    #expect(throws: TLSError.badServerName(name)) { _ = try TLSStream(context, serverName: name) }
  }
}
