/// Why a text is no verifier that can be used. Says nothing of the text itself, which is a secret.
public enum ScramVerifierError: Error, Sendable, Hashable {
  /// The text has this many bytes, more than ``AuthenticationLimits/verifierBytes``.
  case tooLong(Int)
  /// It does not begin with `SCRAM-SHA-256$`, or its parts are not separated as they should be.
  case layout
  /// The number of rounds is no number in ``AuthenticationLimits/iterations``.
  case iterations
  /// The salt is not Base64, or its length is not in ``AuthenticationLimits/saltBytes``.
  case salt
  /// `StoredKey` or `ServerKey` is not the Base64 of 32 bytes.
  case key
}

extension ScramVerifierError: CustomStringConvertible {
  /// What is wrong with the verifier, in words that show nothing of it.
  public var description: String {
    switch self {
    case .tooLong(let count):
      "the verifier has \(count) bytes, more than \(AuthenticationLimits.verifierBytes)"
    case .layout:
      "the verifier is not of the form SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey"
    case .iterations:
      "the verifier's number of iterations is not a number from "
        + "\(AuthenticationLimits.iterations.lowerBound) to "
        + "\(AuthenticationLimits.iterations.upperBound)"
    case .salt:
      "the verifier's salt is not the Base64 of \(AuthenticationLimits.saltBytes.lowerBound) to "
        + "\(AuthenticationLimits.saltBytes.upperBound) bytes"
    case .key: "a key of the verifier is not the Base64 of \(SecretDigest.byteCount) bytes"
    }
  }
}

extension ScramVerifier {
  static let prefix = ScramMechanism.plain.rawValue

  /// Reads `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (RFC 5803), as it stands in
  /// PostgreSQL's `pg_authid.rolpassword`. One pass over a text of bounded length.
  public init(parsing text: [UInt8]) throws(ScramVerifierError) {
    if text.count > AuthenticationLimits.verifierBytes { throw .tooLong(text.count) }
    let parts = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].elementsEqual(Self.prefix.utf8),
      let (rounds, salt) = Self.pair(parts[1]), let (stored, server) = Self.pair(parts[2])
    else { throw .layout }
    guard let iterations = Decimal.parse(rounds),
      AuthenticationLimits.iterations.contains(iterations)
    else { throw .iterations }
    guard let salt = Base64.decode(salt), AuthenticationLimits.saltBytes.contains(salt.count)
    else { throw .salt }
    guard let storedKey = Base64.decode(stored).flatMap({ SecretDigest($0) }),
      let serverKey = Base64.decode(server).flatMap({ SecretDigest($0) })
    else { throw .key }
    self.init(iterations: iterations, salt: salt, storedKey: storedKey, serverKey: serverKey)
  }

  /// The verifier as it stands in `pg_authid.rolpassword`: a secret, for a place that nobody else can
  /// read.
  public var secretText: [UInt8] {
    var text = Array("\(Self.prefix)$\(iterations):".utf8)
    text += Base64.encode(salt)
    text.append(UInt8(ascii: "$"))
    text += Base64.encode(storedKey.bytes)
    text.append(UInt8(ascii: ":"))
    text += Base64.encode(serverKey.bytes)
    return text
  }

  /// What stands before and behind the only colon.
  private static func pair(
    _ text: ArraySlice<UInt8>
  ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }
}

/// A positive decimal number in the one spelling that RFC 5802 gives it (`posit-number`).
enum Decimal {
  /// The number; nil for anything else, and for more than nine digits.
  static func parse(_ text: some Collection<UInt8>) -> Int? {
    guard (1...9).contains(text.count), text.first != UInt8(ascii: "0") else { return nil }
    var number = 0
    for digit in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return number
  }
}
