internal import COpenSSL

/// A certificate and its key as OpenSSL has them, for one context.
///
/// Invariant that keeps the pointers safe: `parts` is filled by the initializer and freed once, by `deinit`; OpenSSL takes
/// references of its own.
final class Identity {
  private var parts = shardway_identity()
  /// What a client that was shown this certificate binds its login to.
  private(set) var endPoint: [UInt8] = []

  var certificate: PeerCertificate { PeerCertificate(pointer: parts.certificate) }

  init(
    chain: [UInt8], key: SecretBytes, certificatePath: String, keyPath: String
  ) throws(TLSError) {
    ErrorQueue.clear()
    let hasChain = chain.withUnsafeBytes {
      shardway_identity_read_chain(&parts, $0.baseAddress, Int32($0.count))
    }
    guard hasChain != 0 else {
      throw .certificateUnusable(path: certificatePath, reason: ErrorQueue.takeReason())
    }
    let hasKey = key.bytes.withUnsafeBytes {
      shardway_identity_read_key(&parts, $0.baseAddress, Int32($0.count))
    }
    guard hasKey != 0 else {
      throw .keyUnusable(path: keyPath, reason: ErrorQueue.takeReason())
    }
    endPoint = certificate.endPoint
  }

  convenience init(_ certificate: TLSCertificate) throws(TLSError) {
    try self.init(
      chain: certificate.chain, key: certificate.key,
      certificatePath: certificate.certificatePath, keyPath: certificate.keyPath)
  }

  deinit { shardway_identity_free(&parts) }

  /// Makes it the context's certificate.
  func use(in context: OpaquePointer) -> Bool { shardway_identity_use(&parts, context) == 1 }

  /// Makes it a connection's only certificate.
  func use(once connection: OpaquePointer) -> Bool {
    shardway_identity_use_once(&parts, connection) == 1
  }
}
