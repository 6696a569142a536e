/// What a check of the machine has found.
struct Finding: Equatable, Encodable {
  /// How it stands.
  enum Verdict: String, Encodable, CaseIterable {
    /// As it should be.
    case good
    /// The router runs, but worse than it could.
    case warning
    /// The router doesn't start, or can't do its work.
    case failure
  }

  /// What was looked at, in a word or two.
  let subject: String
  let verdict: Verdict
  /// What is the case.
  let fact: String
  /// What to do; nil where nothing has to be done.
  let advice: String?

  static func good(_ subject: String, _ fact: String) -> Finding {
    Finding(subject: subject, verdict: .good, fact: fact, advice: nil)
  }

  static func warning(_ subject: String, _ fact: String, _ advice: String) -> Finding {
    Finding(subject: subject, verdict: .warning, fact: fact, advice: advice)
  }

  static func failure(_ subject: String, _ fact: String, _ advice: String) -> Finding {
    Finding(subject: subject, verdict: .failure, fact: fact, advice: advice)
  }
}
