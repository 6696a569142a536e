/// A credential on its way to another process of the router's.
extension Credential {
  private enum Kind: UInt8 { case none, scram, md5, password }

  /// All of it, in plain: a secret, for a place that nobody else can read.
  public var secretBytes: [UInt8] {
    switch self {
    case .none: [Kind.none.rawValue]
    case .scram(let keys):
      [Kind.scram.rawValue] + keys.clientKey.bytes + keys.serverKey.bytes
    case .md5(let verifier): [Kind.md5.rawValue] + verifier.secretText
    case .password(let password): [Kind.password.rawValue] + password
    }
  }

  /// Reads ``secretBytes``; nil for anything else.
  public init?(secretBytes bytes: [UInt8]) {
    guard let first = bytes.first, let kind = Kind(rawValue: first) else { return nil }
    let rest = bytes.dropFirst()
    switch kind {
    case .none:
      guard rest.isEmpty else { return nil }
      self = .none
    case .scram:
      guard let clientKey = SecretDigest(rest.prefix(SecretDigest.byteCount)),
        let serverKey = SecretDigest(rest.dropFirst(SecretDigest.byteCount))
      else { return nil }
      self = .scram(ScramKeys(clientKey: clientKey, serverKey: serverKey))
    case .md5:
      guard let verifier = MD5Verifier(parsing: Array(rest)) else { return nil }
      self = .md5(verifier)
    case .password: self = .password(Array(rest))
    }
  }
}
