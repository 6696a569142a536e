public import Telemetry

extension RequestOutcome {
  /// What counts requests that ended so.
  public var counter: WorkerCounter {
    switch self {
    case .served: .requestsServed
    case .refused: .requestsRefused
    case .limited: .requestsLimited
    case .failed: .requestsFailed
    case .abandoned: .requestsAbandoned
    }
  }
}
