import Foundation
import Testing

/// Certificates for the tests, made with the `openssl` command.
struct Certificates {
  let folder: URL

  /// For `*.db.localhost` and 127.0.0.1, signed by itself, and so its own authority.
  var certificate: String { path("server.crt") }
  var key: String { path("server.key") }
  /// Another one.
  var strangerCertificate: String { path("stranger.crt") }
  var strangerKey: String { path("stranger.key") }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Made once for all tests.
  static let shared = Result { try Certificates() }

  private init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "tls-tests-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let names = "subjectAltName=DNS:*.db.localhost,IP:127.0.0.1"
    try make(certificate, key, names: names)
    try make(strangerCertificate, strangerKey, names: names)
  }

  private func make(_ certificate: String, _ key: String, names: String) throws {
    let command = Process()
    command.executableURL = URL(filePath: "/usr/bin/env")
    command.arguments = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", names, "-keyout", key, "-out",
      certificate,
    ]
    command.standardError = FileHandle.nullDevice
    command.standardOutput = FileHandle.nullDevice
    try command.run()
    command.waitUntilExit()
    try #require(command.terminationStatus == 0)
  }
}
