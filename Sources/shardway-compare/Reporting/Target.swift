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
  /// Least throughput where clients share server connections, as a multiple of PgBouncer's.
  static let sharedRate = 1.0
  /// Least throughput of large rows, as a multiple of HAProxy's.
  static let bulkRate = 1.2

  /// The verdicts on a workload; always on the median, against the strongest variant of the peers.
  static func verdicts(on result: WorkloadResult) -> [TargetVerdict] {
    let workload = result.workload
    guard workload.setting.encryption == .off else { return [] }
    let verdicts =
      switch (workload.isBulk, workload.setting.pooling) {
      case (true, _): [rateVerdict(on: result, .haproxy, "HAProxy", limit: bulkRate)]
      case (false, .session): [cpuVerdict(on: result)]
      case (false, .transaction):
        [
          rateVerdict(on: result, .pgbouncer, "PgBouncer", limit: sharedRate),
          cpuVerdict(on: result),
        ]
      }
    return verdicts.compactMap(\.self)
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

  private static func rateVerdict(
    on result: WorkloadResult, _ family: Contender.Family, _ familyName: String, limit: Double
  ) -> TargetVerdict? {
    guard let best = result.peers(family).max(by: { $0.rate.median < $1.rate.median }) else {
      return nil
    }
    let ratio = result.router.rateRatio(to: best)
    return TargetVerdict(
      target: "\(result.workload.title): at least \(limit) of \(familyName)'s throughput",
      against: best.name, limit: limit, measured: ratio, isMet: ratio.median >= limit)
  }
}
