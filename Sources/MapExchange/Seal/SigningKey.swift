internal import Crypto
internal import FoundationEssentials

/// An Ed25519 private key (RFC 8032) that the control plane seals with.
public struct SigningKey: Sendable {
  private static let prefix = "shardway-private-key:"

  private let key: Curve25519.Signing.PrivateKey

  private init(_ key: Curve25519.Signing.PrivateKey) {
    self.key = key
  }

  /// A new key, from the system's random numbers.
  public static func generate() -> SigningKey { SigningKey(.init()) }

  /// A key from its 32 secret bytes (RFC 8032 section 5.1.5); nil for another number of them.
  public init?(seed: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
    self.init(key)
  }

  /// Reads `shardway-private-key:BASE64`; nil for anything else. Blanks around it are no matter.
  public init?(_ text: String) {
    guard let seed = KeyText.bytes(of: text, prefix: Self.prefix) else { return nil }
    self.init(seed: seed)
  }

  /// `shardway-private-key:BASE64`, the secret itself: for a file that nobody else can read.
  public var secretText: String { Self.prefix + Base64.text(Array(key.rawRepresentation)) }

  /// What a receiver trusts.
  public var publicKey: TrustedKey {
    guard let trusted = TrustedKey(bytes: Array(key.publicKey.rawRepresentation)) else {
      preconditionFailure("an Ed25519 public key has 32 bytes")
    }
    return trusted
  }

  func sign(_ data: [UInt8]) throws(ExchangeError) -> [UInt8] {
    do {
      return Array(try key.signature(for: data))
    } catch {
      throw .badSignature(keyID: publicKey.keyID)
    }
  }
}

extension SigningKey: CustomStringConvertible {
  /// Which key it is, without the secret.
  public var description: String { "private key \(publicKey.keyID)" }
}
