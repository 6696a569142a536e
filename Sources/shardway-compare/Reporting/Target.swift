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
  /// The same where encryption ends at the proxy, and most of it is OpenSSL's.
  static let encryptedCPU = 1.0
  /// Least connections a second whose TLS sessions are resumed, as a multiple of the better peer's.
  static let resumedRate = 1.0
  /// Least throughput where clients share server connections, as a multiple of PgBouncer's.
  static let sharedRate = 1.0
  /// Least throughput of large rows, as a multiple of HAProxy's.
  static let bulkRate = 1.2

  /// The verdicts on a workload; always on the median, against the strongest variant of the peers.
  static func verdicts(on result: WorkloadResult) -> [TargetVerdict] {
    let workload = result.workload
    guard workload.connections == .kept else { return connectingVerdicts(on: result) }
    switch workload.setting.encryption {
    case .off: break
    case .on: return []
    case .ends, .direct: return [cpuVerdict(on: result, limit: encryptedCPU)].compactMap(\.self)
    }
    let verdicts =
      switch (workload.isBulk, workload.setting.pooling) {
      case (true, _): [rateVerdict(on: result, [.haproxy], "HAProxy's throughput", bulkRate)]
      case (false, .session): [cpuVerdict(on: result)]
      case (false, .transaction):
        [
          rateVerdict(on: result, [.pgbouncer], "PgBouncer's throughput", sharedRate),
          cpuVerdict(on: result),
        ]
      }
    return verdicts.compactMap(\.self)
  }

  /// What opening connections is judged by: where TLS sessions are resumed.
  private static func connectingVerdicts(on result: WorkloadResult) -> [TargetVerdict] {
    guard result.workload.connections == .resumed else { return [] }
    return [
      rateVerdict(
        on: result, [.pgbouncer, .haproxy], "the better peer's connections a second", resumedRate),
      cpuVerdict(on: result, limit: encryptedCPU),
    ].compactMap(\.self)
  }

  private static func cpuVerdict(
    on result: WorkloadResult, limit: Double = cpu
  ) -> TargetVerdict? {
    let peers = result.peers([.pgbouncer, .haproxy])
    let unit = result.workload.connections == .kept ? "transaction" : "connection"
    guard
      let best = peers.min(by: { ($0.cpu?.median ?? .infinity) < ($1.cpu?.median ?? .infinity) }),
      let ratio = result.router.cpuRatio(to: best)
    else { return nil }
    return TargetVerdict(
      target: "\(result.workload.title): CPU per \(unit) at most \(limit) of the better peer's",
      against: best.name, limit: limit, measured: ratio, isMet: ratio.median <= limit)
  }

  private static func rateVerdict(
    on result: WorkloadResult, _ families: Set<Contender.Family>, _ figure: String, _ limit: Double
  ) -> TargetVerdict? {
    guard let best = result.peers(families).max(by: { $0.rate.median < $1.rate.median }) else {
      return nil
    }
    let ratio = result.router.rateRatio(to: best)
    return TargetVerdict(
      target: "\(result.workload.title): at least \(limit) of \(figure)",
      against: best.name, limit: limit, measured: ratio, isMet: ratio.median >= limit)
  }
}
