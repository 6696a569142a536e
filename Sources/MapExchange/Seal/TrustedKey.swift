internal import Crypto
internal import FoundationEssentials
internal import ShardMap

/// An Ed25519 public key (RFC 8032) whose signatures are believed.
public struct TrustedKey: Hashable, Sendable {
  static let byteCount = 32
  private static let prefix = "shardway-public-key:"

  /// The 32 bytes.
  public let bytes: [UInt8]
  /// The key's name in seals and logs: the first 8 bytes of SHA-256 of its bytes, in hexadecimal.
  public let keyID: String

  /// A key from its 32 bytes; nil for another number of them.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
    let digest = bytes.withUnsafeBytes { Digest(nil, $0) }
    keyID = String(digest.root.description.prefix(16))
  }

  /// Reads `shardway-public-key:BASE64`; nil for anything else. Blanks around it are no matter.
  public init?(_ text: String) {
    guard let bytes = KeyText.bytes(of: text, prefix: Self.prefix) else { return nil }
    self.init(bytes: bytes)
  }

  /// `shardway-public-key:BASE64`, which the initializer reads back.
  public var text: String { Self.prefix + Base64.text(bytes) }

  /// Whether `signature` is this key's for `data`.
  func signed(_ data: [UInt8], _ signature: [UInt8]) -> Bool {
    // An initializer that throws says that the bytes are no point of the curve: nobody signs with
    // such a key.
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
      return false
    }
    return key.isValidSignature(signature, for: data)
  }
}

extension TrustedKey: CustomStringConvertible {
  /// The key's text; it is no secret.
  public var description: String { text }
}

/// Keys as lines of text that say what they are, so that nobody trusts a private key.
enum KeyText {
  static func bytes(of text: String, prefix: String) -> [UInt8]? {
    let line = text.drop(while: \.isWhitespace)
    let trimmed = line.reversed().drop(while: \.isWhitespace).reversed()
    let key = String(trimmed)
    guard key.hasPrefix(prefix) else { return nil }
    return Base64.bytes(String(key.dropFirst(prefix.count)))
  }
}
