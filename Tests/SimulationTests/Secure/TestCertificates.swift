import Foundation
import Processes
import TLS
import Testing

/// Certificates for the tests, made with the `openssl` command once for all of them.
struct TestCertificates {
  /// For `*.db.localhost` and 127.0.0.1, signed by itself, and so its own authority.
  let server: TLSCertificate
  /// Its own.
  let authorities: TLSAuthorities
  /// Signed by nobody that is trusted.
  let stranger: TLSCertificate

  /// Made at the first use.
  static let shared = Result { try TestCertificates() }

  private init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "secure-world-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    server = try Self.make("server", in: folder)
    stranger = try Self.make("stranger", in: folder)
    authorities = try TLSAuthorities(path: folder.appending(path: "server.crt").path)
  }

  private static func make(_ name: String, in folder: URL) throws -> TLSCertificate {
    let made = try SelfSignedCertificate(
      name, for: ["DNS:*.db.localhost", "IP:127.0.0.1"], in: folder.path)
    return try TLSCertificate(certificatePath: made.certificatePath, keyPath: made.keyPath)
  }
}
