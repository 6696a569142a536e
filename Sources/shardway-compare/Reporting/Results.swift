/// All blocks of one contender under one workload, one for each round.
struct ContenderResult: Sendable, Codable {
  let name: String
  let family: Contender.Family
  var blocks: [Block] = []

  var rate: Spread { Spread(blocks.map(\.transactionsPerSecond)) }
  var p50: Spread { Spread(blocks.map(\.p50Microseconds)) }
  var p99: Spread { Spread(blocks.map(\.p99Microseconds)) }
  /// Nil for `direct`.
  var cpu: Spread? {
    let samples = blocks.compactMap(\.cpuMicrosecondsPerTransaction)
    return samples.isEmpty ? nil : Spread(samples)
  }

  /// Which part of the handshakes resumed a session; nil where there were none.
  var resumedShare: Double? {
    let shares = blocks.compactMap(\.resumedShare)
    return shares.isEmpty ? nil : Spread(shares).median
  }

  /// This contender's rate as a multiple of a peer's, round by round.
  func rateRatio(to peer: ContenderResult) -> Spread {
    Spread(
      zip(blocks, peer.blocks).map { $0.transactionsPerSecond / $1.transactionsPerSecond })
  }

  /// This contender's p99 as a multiple of a peer's, round by round.
  func p99Ratio(to peer: ContenderResult) -> Spread {
    Spread(zip(blocks, peer.blocks).map { $0.p99Microseconds / $1.p99Microseconds })
  }

  /// This contender's processor time for a transaction as a multiple of a peer's, round by round.
  func cpuRatio(to peer: ContenderResult) -> Spread? {
    let ratios = zip(blocks, peer.blocks).compactMap { own, other -> Double? in
      guard let own = own.cpuMicrosecondsPerTransaction,
        let other = other.cpuMicrosecondsPerTransaction
      else { return nil }
      return own / other
    }
    return ratios.isEmpty ? nil : Spread(ratios)
  }
}

/// One table: all contenders under one workload.
struct WorkloadResult: Sendable, Codable {
  let workload: Workload
  var contenders: [ContenderResult]

  /// The router, to which the others are compared.
  var router: ContenderResult { contenders[0] }

  /// The contenders of some families.
  func peers(_ families: Set<Contender.Family>) -> [ContenderResult] {
    contenders.filter { families.contains($0.family) }
  }
}
