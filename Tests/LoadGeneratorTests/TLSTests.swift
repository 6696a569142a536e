import Foundation
import LoadGenerator
import LoadResults
import LoadScenario
import NullServer
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
    let certificate = folder.appending(path: "server.crt").path
    let key = folder.appending(path: "server.key").path
    let command = Process()
    command.executableURL = URL(filePath: "/usr/bin/env")
    command.arguments = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes", "-days", "2", "-subj", "/CN=test", "-keyout", key, "-out", certificate,
    ]
    command.standardError = FileHandle.nullDevice
    try command.run()
    command.waitUntilExit()
    try #require(command.terminationStatus == 0)
    return NullServerSettings.Certificate(certificatePath: certificate, keyPath: key)
  }
}
