/// A role's password as PostgreSQL keeps it (`pg_authid.rolpassword`), by its form.
public enum VerifierText: SecretValue, Sendable, Equatable {
  /// Why a text can't be used.
  public enum Unsupported: Error, Sendable, Hashable {
    /// It begins like a SCRAM verifier, and is none.
    case scram(ScramVerifierError)
    /// It is of no known form. Nothing of it may be shown: it may be a password.
    case unknown
  }

  /// SCRAM-SHA-256.
  case scram(ScramVerifier)
  /// MD5.
  case md5(MD5Verifier)
  /// Something else.
  case unsupported(Unsupported)

  /// Tells what a text is. One pass; a long one is not read.
  public static func classify(_ text: [UInt8]) -> VerifierText {
    if let verifier = MD5Verifier(parsing: text) { return .md5(verifier) }
    if !text.starts(with: "\(ScramVerifier.prefix)$".utf8) { return .unsupported(.unknown) }
    do {
      return .scram(try ScramVerifier(parsing: text))
    } catch {
      return .unsupported(.scram(error))
    }
  }
}

extension VerifierText.Unsupported: CustomStringConvertible {
  /// What is wrong with the verifier, and what to do, in words that show nothing of it.
  public var description: String {
    let advice = "have the role's password set again with password_encryption = 'scram-sha-256'"
    return switch self {
    case .scram(let error): "\(error): \(advice)"
    case .unknown: "the role's verifier is neither SCRAM-SHA-256 nor md5: \(advice)"
    }
  }
}
