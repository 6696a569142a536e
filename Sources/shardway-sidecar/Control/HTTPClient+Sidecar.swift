import AsyncHTTPClient
import ConfigurationFile
import NIOCore
import NIOPosix
import NIOSSL

extension HTTPClient {
  /// Silence after which a connection is taken for dead: longer than the longest wait, and than the
  /// time between two comments of a stream of events.
  private static let silence = TimeAmount.seconds(70)

  /// A client for a few connections on one thread.
  static func sidecar(
    _ tls: TLSFiles, on group: MultiThreadedEventLoopGroup
  ) throws -> HTTPClient {
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try tls.configuration(), redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(5), read: silence))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.decompression = .disabled
    return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
  }
}

extension TLSFiles {
  /// TLS with the peer's certificate verified, always.
  ///
  /// - Throws: `FieldError` where others may read the key; what NIOSSL says of files that can't be used.
  func configuration() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let caFile {
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caFile))
    }
    if let certificateFile, let keyFile {
      let key = try SecretFile.whole(keyFile, "tls.keyFile")
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificateFile).map {
        .certificate($0)
      }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
    }
    return configuration
  }
}
