internal import COpenSSL

/// A certificate, those between it and its authority, and its private key: read once, and then used by the contexts of
/// every thread.
///
/// Holds the key in memory, and never prints it.
public struct TLSCertificate: Sendable, Equatable {
  /// Where the certificate was read from.
  public let certificatePath: String
  /// Where the key was read from.
  public let keyPath: String
  /// The server names it is for, in lower case: `db.example.com`, or `*.example.com` for names of one label more.
  public let names: [String]
  /// When it becomes good, in seconds of Unix time.
  public let validFrom: Int64
  /// When it ends, in seconds of Unix time.
  public let validTo: Int64

  let chain: [UInt8]
  let key: SecretBytes
  /// The names that were given, and not the certificate's own.
  private let givenNames: [String]

  /// Reads both files, and checks that they belong together.
  ///
  /// - Parameters:
  ///   - certificatePath: a PEM file with the certificate first.
  ///   - keyPath: a PEM file with its key, without a passphrase, that only its owner may read.
  ///   - names: the server names it is used for; nil or none: the host names that the certificate has.
  /// - Throws: ``TLSError/certificateUnusable(path:reason:)``, ``TLSError/keyUnusable(path:reason:)``,
  ///   ``TLSError/keyReadableByOthers(path:)`` or ``TLSError/badServerName(_:)``.
  public init(
    certificatePath: String, keyPath: String, names: [String] = []
  ) throws(TLSError) {
    for name in names where !NamePattern.isGood(name) { throw .badServerName(name) }
    let chain = try PEM.certificates(certificatePath)
    let key = try PEM.key(keyPath)
    let identity = try Identity(
      chain: chain, key: key, certificatePath: certificatePath, keyPath: keyPath)
    guard let validity = identity.certificate.validity else {
      throw .certificateUnusable(path: certificatePath, reason: "its dates can't be read")
    }
    self.certificatePath = certificatePath
    self.keyPath = keyPath
    self.chain = chain
    givenNames = names
    self.key = key
    self.names =
      names.isEmpty ? identity.certificate.hostNames : names.map { $0.lowercased() }
    (validFrom, validTo) = validity
  }

  /// The same, from what is in its files now. The errors are the same, too.
  public func readAgain() throws(TLSError) -> TLSCertificate {
    try TLSCertificate(certificatePath: certificatePath, keyPath: keyPath, names: givenNames)
  }
}

/// The authorities that certificates are checked against, read once.
public struct TLSAuthorities: Sendable, Equatable {
  /// Where they were read from.
  public let path: String
  let text: [UInt8]

  /// Reads a PEM file of at least one certificate.
  ///
  /// - Throws: ``TLSError/certificateUnusable(path:reason:)``.
  public init(path: String) throws(TLSError) {
    self.path = path
    text = try PEM.certificates(path)
    ErrorQueue.clear()
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      throw .setupFailed(reason: ErrorQueue.takeReason())
    }
    defer { SSL_CTX_free(context) }
    try trust(in: context, isAnnounced: false)
  }

  /// The same, from what is in its file now. The errors are the same, too.
  public func readAgain() throws(TLSError) -> TLSAuthorities { try TLSAuthorities(path: path) }

  /// Has a context trust them; where they are announced, clients are told which certificates will do.
  func trust(in context: OpaquePointer, isAnnounced: Bool) throws(TLSError) {
    let count = text.withUnsafeBytes {
      shardway_trust(context, $0.baseAddress, Int32($0.count), isAnnounced ? 1 : 0)
    }
    guard count > 0 else {
      throw .certificateUnusable(path: path, reason: ErrorQueue.takeReason())
    }
  }
}

/// Bytes that are not to be printed.
struct SecretBytes: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  let bytes: [UInt8]
  var description: String { "(secret)" }
  var customMirror: Mirror { Mirror(self, children: []) }
}

/// Files in PEM.
private enum PEM {
  static func certificates(_ path: String) throws(TLSError) -> [UInt8] {
    do throws(TLSFile.Fault) {
      return try TLSFile.read(path)
    } catch {
      throw .certificateUnusable(path: path, reason: text(of: error))
    }
  }

  static func key(_ path: String) throws(TLSError) -> SecretBytes {
    do throws(TLSFile.Fault) {
      return SecretBytes(bytes: try TLSFile.read(path, isSecret: true))
    } catch .readableByOthers {
      throw .keyReadableByOthers(path: path)
    } catch {
      throw .keyUnusable(path: path, reason: text(of: error))
    }
  }

  private static func text(of fault: TLSFile.Fault) -> String {
    switch fault {
    case .unreadable(let reason): reason
    case .readableByOthers: "others than its owner may read it"
    }
  }
}
