import Foundation
import LoadGenerator
import LoadResults
import LoadScenario
import NullServer
import Processes
import Testing

/// Connections inside TLS.
@Suite("Runs inside TLS", .serialized)
struct TLSTests {
  @Test(
    "all goes on as in the clear, also when connections are replaced",
    arguments: [LoadTarget.Encryption.requested, .direct], [false, true])
  func runs(encryption: LoadTarget.Encryption, sendsProxyHeader: Bool) async throws {
    var load = Scenarios.load(
      rate: 300,
      mix: [WeightedTransaction(.selectOnly), WeightedTransaction(.payload(bytes: 100_000))])
    load.transactionsPerConnection = 20
    var settings = NullServerSettings()
    settings.certificate = try Self.certificate.get()
    settings.expectsProxyHeader = sendsProxyHeader
    let measurement = try await measure(
      Scenarios.scenario([load]), settings: settings, sendsProxyHeader: sendsProxyHeader,
      encryption: encryption)
    expectConserved(measurement)
    #expect(measurement.loads[0].errors.isEmpty)
    #expect(measurement.loads[0].completed > 50)
    #expect(measurement.loads[0].connecting.total > 6)
  }

  @Test(
    "a connection resumes the session of the one before it, each worker for itself",
    arguments: [LoadTarget.Encryption.requested, .direct])
  func resumes(encryption: LoadTarget.Encryption) async throws {
    let handshakes = try await handshakes(
      encryption: encryption, workers: 2, givesTickets: true, resumesSessions: true)
    // A connection for each worker: what resumes had one before it.
    #expect(handshakes.full == 2)
    #expect(handshakes.resumed > 0)
  }

  @Test(
    "no session is resumed that shouldn't be, or that the target gives no ticket for",
    arguments: [(false, true), (true, false)])
  func doesNotResume(givesTickets: Bool, resumesSessions: Bool) async throws {
    let handshakes = try await handshakes(
      encryption: .requested, workers: 1, givesTickets: givesTickets,
      resumesSessions: resumesSessions)
    // Of more than one all but the first could have been resumed.
    #expect(handshakes.full > 1)
    #expect(handshakes.resumed == 0)
  }

  @Test("connections in the clear have no handshakes")
  func clear() async throws {
    let measurement = try await measure(Scenarios.scenario([Scenarios.load()], milliseconds: 100))
    #expect(measurement.loads[0].handshakes == nil)
  }

  /// Those of clients that connect, ask and leave, as often as they can, one for each worker.
  private func handshakes(
    encryption: LoadTarget.Encryption, workers: Int, givesTickets: Bool, resumesSessions: Bool
  ) async throws -> HandshakeCounts {
    var load = Scenarios.load(tenants: ["acme"], connections: workers, rate: nil)
    load.transactionsPerConnection = 1
    var settings = NullServerSettings(workers: 2)
    settings.certificate = try Self.certificate.get()
    settings.givesTickets = givesTickets
    let measurement = try await measure(
      [load], until: { $1.counters.connections >= 10 }, workers: workers, settings: settings,
      encryption: encryption, resumesSessions: resumesSessions)
    expectConserved(measurement)
    #expect(Set(measurement.loads[0].errors.keys).isSubset(of: ["interrupted"]))
    let handshakes = try #require(measurement.loads[0].handshakes)
    // At the end a client may be between handshake and login.
    let opened = measurement.loads[0].connecting.total
    #expect(opened...opened + workers ~= handshakes.full + handshakes.resumed)
    return handshakes
  }

  @Test("a target without TLS is said to have none")
  func noTLS() async throws {
    let server = try NullServer()
    try server.start()
    defer { server.stop() }
    var target = Scenarios.target(server.port)
    target.encryption = .requested
    let run = try LoadRun(Scenarios.scenario([Scenarios.load()]), target: target, password: nil)
    let error = #expect(throws: LoadError.self) { try run.start() }
    #expect(try #require(error).description.contains("the target has no TLS"))
    let refused = #expect(throws: LoadError.self) {
      try StatementRunner.run(["SELECT 1"], tenant: "acme", at: target, password: nil)
    }
    #expect(try #require(refused).description.contains("the target has no TLS"))
  }

  @Test("statements run inside TLS", arguments: [LoadTarget.Encryption.requested, .direct])
  func statements(encryption: LoadTarget.Encryption) throws {
    var settings = NullServerSettings()
    settings.certificate = try Self.certificate.get()
    let server = try NullServer(settings)
    try server.start()
    defer { server.stop() }
    var target = Scenarios.target(server.port)
    target.encryption = encryption
    try StatementRunner.run(
      ["SELECT 1", "SELECT repeat('x', 100000)"], tenant: "acme", at: target, password: nil)
    #expect(server.counters.statements == 2)
  }

  /// Made once for all tests.
  private static let certificate = Result { try makeCertificate() }

  /// A certificate that is its own authority, made by `openssl`.
  private static func makeCertificate() throws -> NullServerSettings.Certificate {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "generator-tests-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let made = try SelfSignedCertificate("server", in: folder.path)
    return NullServerSettings.Certificate(
      certificatePath: made.certificatePath, keyPath: made.keyPath)
  }
}
