import Foundation
import Processes
import TLS
import Testing

@testable import NullServer

@Suite struct EncryptionTests {
  let certificate: NullServerSettings.Certificate

  init() throws { certificate = try Self.certificate.get() }

  /// Made once, with the `openssl` command.
  static let certificate = Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "null-server-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let made = try SelfSignedCertificate("server", for: ["DNS:localhost"], in: folder.path)
    return NullServerSettings.Certificate(
      certificatePath: made.certificatePath, keyPath: made.keyPath)
  }

  static let sslRequest = Requests.integer(UInt32(8)) + Requests.integer(UInt32(80_877_103))

  @Test(arguments: [true, false])
  func `clients are served behind TLS, asked for or at once`(isDirect: Bool) throws {
    let running = try RunningServer(NullServerSettings(certificate: certificate))
    let client = try EncryptedClient(
      running.server.port, caPath: certificate.certificatePath, isDirect: isDirect)
    try client.send(Requests.startup())
    let greeting = try client.answer().last
    #expect(greeting == Message(type: "Z", body: [73]))
    for count in [1, 64, 16_384, 100_000, 1 << 20, 5 << 20] {
      try client.send(Requests.query("SELECT repeat('x', \(count))"))
      let messages = try client.answer()
      #expect(messages.summary == "T D C(SELECT 1) Z(I)")
      #expect(messages[1].body.count == count + 6)
    }
    // What is asked together is answered in order.
    try client.send((0..<500).flatMap { Requests.query("SELECT \($0)") })
    let values = try client.answer(readyCount: 500).compactMap(\.value)
    #expect(values == (0..<500).map(String.init))
  }

  @Test func `the end is said by both`() throws {
    let running = try RunningServer(NullServerSettings(certificate: certificate))
    let client = try EncryptedClient(
      running.server.port, caPath: certificate.certificatePath, isDirect: true)
    try client.send(Requests.startup())
    _ = try client.answer()
    try client.send(Requests.terminate)
    let progress = try client.readToEnd()
    #expect(progress == .closed)
    let server = running.server
    expectSoon { server.counters.openConnections == 0 }
  }

  @Test func `garbage in the place of TLS ends the connection alone`() throws {
    let running = try RunningServer(NullServerSettings(certificate: certificate))
    let bad = try LoopbackClient(running.server.port)
    try bad.send(Self.sslRequest)
    let granted = try bad.receive(atMost: 1)
    #expect(granted == Array("S".utf8))
    try bad.send(Requests.startup())
    // An alert at most, and no greeting.
    let rest = try bad.rest()
    #expect(rest.count <= 7)
    _ = try running.client().query("SELECT 1")
  }

  @Test func `without a certificate there is no TLS`() throws {
    let running = try RunningServer()
    let client = try LoopbackClient(running.server.port)
    try client.send(Self.sslRequest)
    let refused = try client.receive(atMost: 1)
    #expect(refused == Array("N".utf8))
    try client.send(Requests.startup())
    let greeting = try client.answer().last
    #expect(greeting == Message(type: "Z", body: [73]))
  }

  @Test func `a certificate that can't be read is told at the start`() throws {
    let server = try NullServer(
      NullServerSettings(
        certificate: NullServerSettings.Certificate(
          certificatePath: "/nowhere/a.crt", keyPath: "/nowhere/a.key")))
    #expect {
      try server.start()
    } throws: {
      guard case NullServerError.certificate? = $0 as? NullServerError else { return false }
      return true
    }
    #expect(server.port == 0)
  }
}

/// A client that speaks TLS.
final class EncryptedClient {
  private let connection: LoopbackClient
  private var tls: TLSStream
  private var out: [UInt8] = []
  private var plaintext: [UInt8] = []

  init(_ port: UInt16, caPath: String, isDirect: Bool) throws {
    let connection = try LoopbackClient(port)
    if !isDirect {
      try connection.send(EncryptionTests.sslRequest)
      let granted = try connection.receive(atMost: 1)
      try #require(granted == Array("S".utf8))
    }
    let context = try TLSContext(client: TLSContext.ClientSettings(caPath: caPath))
    self.tls = try TLSStream(context, serverName: "localhost")
    self.connection = connection
    try take([])
    while tls.progress == .handshaking { try take(try self.connection.receive()) }
  }

  private func take(_ bytes: [UInt8]) throws {
    _ = try tls.receive(bytes.span.bytes, plaintext: &plaintext, ciphertext: &out)
    try flush()
  }

  private func flush() throws {
    try connection.send(out)
    out = []
  }

  func send(_ bytes: [UInt8]) throws {
    try tls.send(bytes.span.bytes, ciphertext: &out)
    try flush()
  }

  func answer(readyCount: Int = 1) throws -> [Message] {
    var reader = AnswerReader(readyCount: readyCount)
    while !reader.isComplete {
      let bytes = try connection.receive()
      try #require(!bytes.isEmpty, "the connection has ended")
      try take(bytes)
      reader.take(plaintext)
      plaintext = []
    }
    return try Message.all(in: reader.bytes)
  }

  func readToEnd() throws -> TLSStream.Progress {
    while true {
      let bytes = try connection.receive()
      if bytes.isEmpty { return tls.progress }
      try take(bytes)
    }
  }
}
