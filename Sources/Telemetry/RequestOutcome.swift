/// How a request has ended.
///
/// A request is what a client asks between two moments at which its server is idle: one transaction,
/// from its first byte until the server is ready for the next.
public enum RequestOutcome: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// It was answered; an error that the statement itself has earned is an answer, too.
  case served
  /// The router did not pass it on, and its client was told why.
  case refused
  /// The same, because its tenant has more of such than its envelope allows: its own doing, and no fault of the service.
  case limited
  /// It did not get to its end: the server or the session was lost, or the server had to give up.
  case failed
  /// Its client was gone before it was answered.
  case abandoned

  /// The stable text, for metrics, spans and tools.
  public var name: String {
    switch self {
    case .served: "served"
    case .refused: "refused"
    case .limited: "limited"
    case .failed: "failed"
    case .abandoned: "abandoned"
    }
  }
}
