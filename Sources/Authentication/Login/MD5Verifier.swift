/// What PostgreSQL keeps of a password for the older MD5 method: `md5` and the hexadecimal MD5 hash of
/// password and role name.
///
/// The method is weak: the hash is all that a login takes, and it can be guessed from one that was
/// overheard. It is here for servers and roles that know no better one.
public struct MD5Verifier: SecretValue, Sendable, Equatable {
  private static let prefix = Array("md5".utf8)

  /// 32 lower-case hexadecimal digits.
  private let digits: [UInt8]

  /// Reads `md5` and 32 lower-case hexadecimal digits, as in `pg_authid.rolpassword`; nil for anything
  /// else.
  public init?(parsing text: [UInt8]) {
    let digits = Array(text.dropFirst(Self.prefix.count))
    let areDigits = digits.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
      default: false
      }
    }
    guard text.starts(with: Self.prefix), digits.count == 32, areDigits else { return nil }
    self.digits = digits
  }

  /// The verifier of a role's password; nil where OpenSSL may not compute MD5 (FIPS mode).
  public init?(password: [UInt8], user: [UInt8]) {
    guard let digits = Hashing.md5((password + user).span) else { return nil }
    self.digits = digits
  }

  /// The verifier as it stands in `pg_authid.rolpassword`: a secret, for a place that nobody else can
  /// read.
  public var secretText: [UInt8] { Self.prefix + digits }

  /// The text of the ``Wire/PasswordMessage`` that a client answers this salt with; nil where OpenSSL
  /// may not compute MD5.
  func response(salt: UInt32) -> [UInt8]? {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: salt >> (24 - 8 * $0)) }
    return Hashing.md5((digits + bytes).span).map { Self.prefix + $0 }
  }

  /// Whether two verifiers are the same; takes as long for every two.
  public static func == (left: MD5Verifier, right: MD5Verifier) -> Bool {
    Hashing.areEqual(left.digits.span, right.digits.span)
  }
}
