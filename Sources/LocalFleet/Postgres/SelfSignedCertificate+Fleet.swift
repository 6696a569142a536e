internal import Processes

extension SelfSignedCertificate {
  /// The suffix of the names that a fleet's is valid for: a client asks for `TENANT.db.localhost`.
  static let domain = "db.localhost"

  /// Makes the certificate that all servers of a fleet show.
  static func make(in folder: FleetFolder) async throws(FleetError) -> SelfSignedCertificate {
    let certificate = SelfSignedCertificate(
      unmade: "server", subject: "*.\(domain)",
      for: ["DNS:*.\(domain)", "DNS:localhost", "IP:127.0.0.1"], in: folder["tls"])
    // As the servers' account: PostgreSQL refuses a key that others may read.
    try await folder.run(
      Launch("openssl", certificate.arguments), name: "certificate", asServer: true)
    return certificate
  }
}
