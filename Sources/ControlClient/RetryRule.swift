/// Decides whether a request is sent once more, and when. Pure: the draw is a parameter.
struct RetryRule: Sendable {
  /// How one attempt went.
  enum Outcome: Sendable {
    /// An answer with a status; the server may have asked for a pause.
    case answer(status: Int, retryAfter: Duration?)
    /// No answer, or half of one.
    case failure
  }

  var attempts = ControlLimits.attempts

  /// Whether to try again, and when.
  ///
  /// Every request may be repeated: reading changes nothing, and what changes something carries an
  /// idempotency key, so that the control plane does it once and answers both times the same.
  /// - Parameters:
  ///   - outcome: of the attempt before.
  ///   - attempt: its number, from 1.
  ///   - draw: 0 up to 1; clients that failed together come back apart.
  /// - Returns: the pause before the next attempt; nil when there is none, because the outcome is
  ///   final or enough has been tried.
  func pause(after outcome: Outcome, attempt: Int, draw: Double) -> Duration? {
    guard attempt < attempts else { return nil }
    let doubled = ControlLimits.firstPause * (1 << min(attempt - 1, 10))
    let drawn = min(doubled, ControlLimits.longestPause) * draw
    switch outcome {
    case .failure:
      return drawn
    case .answer(429, let asked), .answer(503, let asked):
      return max(drawn, min(asked ?? .zero, ControlLimits.longestPause))
    case .answer(502, _), .answer(504, _):
      return drawn
    case .answer:
      return nil
    }
  }
}
