import Foundation
import Processes
import TLS
import Testing

/// Certificates for the tests, made with the `openssl` command in a folder of their own.
struct Certificates {
  let folder: URL

  /// For `*.db.localhost` and 127.0.0.1, signed by itself, and so its own authority.
  var certificate: String { path("server.crt") }
  var key: String { path("server.key") }
  /// Another one.
  var strangerCertificate: String { path("stranger.crt") }
  var strangerKey: String { path("stranger.key") }
  /// For `acme.example.com`, of another kind of key.
  var acme: Files { files("acme") }
  /// A client's, which names itself in every way, signed by itself.
  var client: Files { files("client") }

  /// A certificate and its key.
  struct Files {
    var certificate: String
    var key: String

    func read(_ names: [String] = []) throws(TLSError) -> TLSCertificate {
      try TLSCertificate(certificatePath: certificate, keyPath: key, names: names)
    }
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }
  func files(_ name: String) -> Files {
    Files(certificate: path("\(name).crt"), key: path("\(name).key"))
  }

  /// Made once for all tests.
  static let shared = Result { try Certificates() }

  private init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "tls-tests-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let names = "DNS:*.db.localhost,IP:127.0.0.1"
    try make("server", names: names)
    try make("stranger", names: names)
    try make("acme", key: ["rsa:2048"], names: "DNS:acme.example.com")
    try make(
      "client", subject: "/CN=olga",
      names: "email:olga@example.com,URI:spiffe://example.com/tenant/acme,DNS:acme.clients")
  }

  /// Makes a certificate that is signed by itself, with a key of the kind that `-newkey` names.
  func make(
    _ name: String, key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
    subject: String = "/CN=test", names: String? = nil, more: [String] = []
  ) throws {
    let files = files(name)
    try openSSL(
      ["req", "-x509", "-newkey"] + key
        + ["-nodes", "-days", "2", "-subj", subject, "-keyout", files.key, "-out"]
        + [files.certificate] + (names.map { ["-addext", "subjectAltName=\($0)"] } ?? []) + more)
  }

  /// Runs `openssl`, and gives what it writes.
  @discardableResult
  func openSSL(_ arguments: [String]) throws -> String {
    try ShortCommand.run("openssl", arguments).requireSuccess().output
  }
}
