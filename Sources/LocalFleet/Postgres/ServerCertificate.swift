/// The certificate all servers of a fleet show: signed by itself, for two days.
struct ServerCertificate: Sendable {
  /// The suffix of the names it is valid for: a client asks for `TENANT.db.localhost`.
  static let domain = "db.localhost"

  let certificatePath: String
  let keyPath: String

  /// Generates key and certificate with the `openssl` command.
  static func make(in folder: FleetFolder) async throws(FleetError) -> ServerCertificate {
    let certificate = ServerCertificate(
      certificatePath: folder["tls/server.crt"], keyPath: folder["tls/server.key"])
    let launch = Launch(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", "/CN=*.\(domain)",
        "-addext", "subjectAltName=DNS:*.\(domain),DNS:localhost,IP:127.0.0.1",
        "-keyout", certificate.keyPath, "-out", certificate.certificatePath,
      ])
    // As the servers' account: PostgreSQL refuses a key that others may read.
    try await folder.run(launch, name: "certificate", asServer: true)
    return certificate
  }
}
