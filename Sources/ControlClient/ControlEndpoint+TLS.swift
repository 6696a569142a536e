internal import NIOSSL

extension ControlEndpoint {
  /// How connections are encrypted and who is trusted: the server is always verified.
  func tlsConfiguration() throws(ControlClientError) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let path = certificateAuthorities {
      tls.trustRoots = .certificates(try certificates(path, "the file of authorities"))
    }
    if let path = clientCertificate {
      let chain = try certificates(path, "the client certificate")
      tls.certificateChain = chain.map { .certificate($0) }
      // Certificate and key are often one file.
      let keyPath = clientKey ?? path
      do {
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem))
      } catch {
        throw .file(path: keyPath, purpose: "the client key", reason: "\(error)")
      }
    }
    return tls
  }

  private func certificates(
    _ path: String, _ purpose: String
  ) throws(ControlClientError) -> [NIOSSLCertificate] {
    let certificates: [NIOSSLCertificate]
    do {
      certificates = try NIOSSLCertificate.fromPEMFile(path)
    } catch {
      throw .file(path: path, purpose: purpose, reason: "\(error)")
    }
    guard !certificates.isEmpty else {
      throw .file(path: path, purpose: purpose, reason: "it holds no PEM certificate")
    }
    return certificates
  }
}
