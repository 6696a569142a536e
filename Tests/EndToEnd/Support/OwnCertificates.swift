import Files
import LocalFleet
import Processes

/// Certificates that a test makes, each signed by itself, in a folder of their own.
struct OwnCertificates {
  let folder: FreshFolder

  init() throws { folder = try FreshFolder("own-certificates") }

  /// Where a certificate is.
  func certificate(_ name: String) -> String { folder["\(name).crt"] }
  /// Where its key is.
  func key(_ name: String) -> String { folder["\(name).key"] }
  /// An entry of the router's `tls.certificates`.
  func entry(_ name: String) -> String {
    "{ certificate: \"\(certificate(name))\", key: \"\(key(name))\" }"
  }

  /// Makes a certificate with these alternative names, or replaces it.
  func make(_ name: String, names: String) async throws {
    let certificate = SelfSignedCertificate(unmade: name, for: [names], in: folder.path)
    try await Command.run(Launch("openssl", certificate.arguments))
  }
}

extension RouterOptions {
  /// The same with TLS on the listener for PostgreSQL: the section's text, where tenants are named, and further keys of the
  /// listener, each on a line of its own.
  func encrypted(
    _ tls: String, _ mode: String = "required", identity: [String] = ["database"], more: String = ""
  ) -> RouterOptions {
    var options = self
    options.sections["tls"] = tls
    options.sections["listeners"] = """

        - address: "127.0.0.1:0"
          protocol: postgres
          identity: [\(identity.joined(separator: ", "))]
          pooling: \(pooling?.mode.rawValue ?? "session")
          tls: \(mode)
      \(more)
        - address: "127.0.0.1:0"
          protocol: tcp
          sniSuffix: "\(Self.serverNameSuffix)"
      """
    return options
  }
}
