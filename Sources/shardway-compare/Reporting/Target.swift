/// What the router must reach against its peers, and whether it did.
struct TargetVerdict: Sendable, Codable {
  /// What is demanded.
  let target: String
  /// The best of the peers in this respect.
  let against: String
  let limit: Double
  let measured: Spread
  let isMet: Bool
}

/// The figures that are demanded of the router.
enum Target {
  /// Most processor time for a transaction, as a share of the better peer's.
  static let cpu = 0.8
  /// Least throughput of large rows, as a multiple of HAProxy's.
  static let bulkRate = 1.2

  /// The verdict on a workload; always on the median, against the strongest variant of the peers.
  static func verdict(on result: WorkloadResult) -> TargetVerdict? {
    switch result.workload.kind {
    case .select: cpuVerdict(on: result)
    case .bulk: rateVerdict(on: result)
    }
  }

  private static func cpuVerdict(on result: WorkloadResult) -> TargetVerdict? {
    let peers = result.peers(.pgbouncer, .haproxy)
    guard
      let best = peers.min(by: { ($0.cpu?.median ?? .infinity) < ($1.cpu?.median ?? .infinity) }),
      let ratio = result.router.cpuRatio(to: best)
    else { return nil }
    return TargetVerdict(
      target: "\(result.workload.title): CPU per transaction at most \(cpu) of the better peer's",
      against: best.name, limit: cpu, measured: ratio, isMet: ratio.median <= cpu)
  }

  private static func rateVerdict(on result: WorkloadResult) -> TargetVerdict? {
    guard let best = result.peers(.haproxy).max(by: { $0.rate.median < $1.rate.median }) else {
      return nil
    }
    let ratio = result.router.rateRatio(to: best)
    return TargetVerdict(
      target: "\(result.workload.title): at least \(bulkRate) of HAProxy's throughput",
      against: best.name, limit: bulkRate, measured: ratio, isMet: ratio.median >= bulkRate)
  }
}
