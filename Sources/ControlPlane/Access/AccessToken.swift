internal import Crypto
internal import Foundation

/// A bearer token (RFC 6750). Only its SHA-256 is stored anywhere.
public struct AccessToken: Sendable {
  /// What all tokens begin with, so that scanners for leaked secrets can find them.
  public static let prefix = "shardway_"

  /// The token as a client sends it.
  public let text: String

  /// A token that is there already.
  public init(text: String) { self.text = text }

  /// A new token with 256 random bits.
  public static func generate() -> AccessToken {
    let bits = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    let text = bits.base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    return AccessToken(text: prefix + text)
  }

  /// The digest of a token.
  public static func digest(of text: String) -> [UInt8] {
    Array(SHA256.hash(data: Data(text.utf8)))
  }

  /// The digest as the token file has it.
  public var digestText: String { Hexadecimal.text(Self.digest(of: text)) }
}

/// A line of the token file.
public struct AccessEntry: Hashable, Sendable {
  /// Who the token was given to.
  public let caller: Caller
  /// SHA-256 of the token.
  public let digest: [UInt8]

  /// An entry; nil when the digest isn't 64 hexadecimal digits.
  public init?(caller: Caller, digest text: String) {
    guard let digest = Hexadecimal.bytes(text), digest.count == 32 else { return nil }
    self.caller = caller
    self.digest = digest
  }
}

/// The tokens that are good.
public struct AccessList: Hashable, Sendable {
  /// The entries; names are unique.
  public let entries: [AccessEntry]

  /// A list of entries.
  public init(_ entries: [AccessEntry]) { self.entries = entries }

  /// Whose token this is. Takes as long for a wrong token as for a right one.
  public func caller(of token: String) -> Caller? {
    let digest = AccessToken.digest(of: token)
    var found: Caller?
    for entry in entries where Self.isEqual(digest, entry.digest) { found = entry.caller }
    return found
  }

  private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
