/// A certificate that is its own authority, made with the `openssl` command: for tests and trials on this machine.
public struct SelfSignedCertificate: Sendable {
  /// What it signs with.
  public enum Key: Sendable {
    /// ECDSA over P-256, whose signatures differ in length.
    case p256
    /// Ed25519, whose handshakes are of one length whenever the certificate was made: for runs that can be repeated.
    case ed25519

    /// How `openssl req` is told to make it.
    fileprivate var arguments: [String] {
      switch self {
      case .p256: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
      // A drawn serial number may be a byte shorter than another.
      case .ed25519: ["-newkey", "ed25519", "-set_serial", "1"]
      }
    }
  }

  /// The certificate's file, in PEM.
  public let certificatePath: String
  /// The file of its private key, in PEM without a passphrase.
  public let keyPath: String
  /// The arguments by which `openssl` makes it, good for two days.
  public let arguments: [String]

  /// One that is yet to be made, as `NAME.crt` and `NAME.key` in a folder, by whoever runs `openssl` with ``arguments``.
  ///
  /// - Parameters:
  ///   - name: what the files are called.
  ///   - subject: its common name; by default the name.
  ///   - names: whom it is for, as OpenSSL writes them: `DNS:*.db.localhost`, `IP:127.0.0.1`.
  ///   - folder: where the files go.
  ///   - key: what it signs with.
  public init(
    unmade name: String, subject: String? = nil, for names: [String] = [], in folder: String,
    key: Key = .p256
  ) {
    certificatePath = "\(folder)/\(name).crt"
    keyPath = "\(folder)/\(name).key"
    arguments =
      ["req", "-x509"] + key.arguments + [
        "-nodes", "-days", "2", "-subj", "/CN=\(subject ?? name)", "-keyout", keyPath, "-out",
        certificatePath,
      ]
      + (names.isEmpty ? [] : ["-addext", "subjectAltName=\(names.joined(separator: ","))"])
  }

  /// Makes one, or replaces it; takes some tens of milliseconds, in which the calling thread is held.
  ///
  /// - Throws: ``ShortCommand/Failure`` with what `openssl` says.
  public init(
    _ name: String, for names: [String] = [], in folder: String, key: Key = .p256
  ) throws(ShortCommand.Failure) {
    self.init(unmade: name, for: names, in: folder, key: key)
    try ShortCommand.run("openssl", arguments).requireSuccess()
  }
}
