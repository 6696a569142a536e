/// Why a request to the control plane brought no answer, or not the one that was asked for.
///
/// `description` is meant to be shown to a person as it is.
public enum ControlClientError: Error, Hashable, Sendable {
  /// The control plane's address can't be used.
  case endpoint(String, reason: String)
  /// A file of the connection can't be used: the token, a certificate, a key.
  case file(path: String, purpose: String, reason: String)
  /// No answer came, after so many attempts.
  case unreachable(String, reason: String, attempts: Int)
  /// No answer came in time, after so many attempts.
  case timedOut(String, limit: Duration, attempts: Int)
  /// The control plane said no.
  case problem(ControlProblem, request: String)
  /// What came is not what the control plane answers.
  case unexpectedAnswer(request: String, reason: String)
  /// A request was not sent, because it could only be refused.
  case request(reason: String)
  /// The task was cancelled.
  case cancelled

  /// The problem, where the control plane answered with one.
  public var problem: ControlProblem? {
    guard case .problem(let problem, _) = self else { return nil }
    return problem
  }
}

extension ControlClientError: CustomStringConvertible {
  /// What happened, to what, why, and what to do about it.
  public var description: String {
    switch self {
    case .endpoint(let url, let reason):
      "the control plane's address \(url) can't be used: \(reason)"
    case .file(let path, let purpose, let reason):
      "\(purpose) \(path) can't be used: \(reason)"
    case .unreachable(let url, let reason, let attempts):
      "the control plane at \(url) can't be reached (\(Self.count(attempts))): \(reason);"
        + " is it running, and is the address right (--control, SHARDWAY_CONTROL)?"
    case .timedOut(let url, let limit, let attempts):
      "the control plane at \(url) did not answer within \(limit) (\(Self.count(attempts)))"
    case .problem(let problem, let request):
      "\(request): \(problem)"
    case .unexpectedAnswer(let request, let reason):
      "\(request): the answer is not the control plane's: \(reason);"
        + " is the address that of shardway-control?"
    case .request(let reason):
      reason
    case .cancelled:
      "cancelled before the control plane answered"
    }
  }

  private static func count(_ attempts: Int) -> String {
    attempts == 1 ? "1 attempt" : "\(attempts) attempts"
  }
}
