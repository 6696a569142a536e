import Routing

/// What the samples of one shard prove together: how fresh its replicas are.
///
/// The primary was asked at `t` and answered that it had written up to `P`. It read `P` after it was asked, so everything that was
/// committed before `t` lies below `P`. A replica answers that it has replayed up to `R`. If `R` is not below `P`, the replica held,
/// when it read `R`, all that was committed before `t`, and holds it still: a server never un-replays. Which of the two was asked
/// first makes no difference, and neither does any clock but the router's, which gave `t`. So `t` is the replica's `freshAsOf`, and
/// the newest such `t` is the best: each answer of the primary may prove more about an answer that a replica gave before. Where
/// nothing is written, that keeps a replica as fresh as its primary's last answer.
///
/// Three things would break the argument, and are looked after here:
/// - Positions of another log. After a failover a replica may have replayed what the new primary never had. So a replica counts
///   only on the ``LogLineage`` of the primary, and what a primary of another lineage or epoch said is forgotten.
/// - A server that un-replays: one that crashed comes back with less. Its connection ends with it, and its word with that
///   (``replicaLost(_:)``).
/// - A primary that is none. When its answer says so, all is forgotten.
struct ShardProof {
  /// Of whom the primary's answers are.
  private struct Origin: Equatable {
    let lineage: LogLineage
    let epoch: UInt64?
  }

  private struct Replica {
    let slot: Int
    /// What it said last; nil when it said nothing on its connection, or has none.
    var said: ProbeAnswer?
    /// The newest answer of the primary that it is known to cover. It outlives its place in the history: one that lags far behind
    /// is still as fresh as it was.
    var covered: PrimaryHistory.Entry?
  }

  /// The slot of the map's primary.
  let primary: Int
  private var replicas: [Replica]
  private var origin: Origin?
  private var history = PrimaryHistory()

  /// A shard of which nothing is known yet. Instances go by their slot.
  init(primary: Int, replicas: [Int]) {
    self.primary = primary
    self.replicas = replicas.map { Replica(slot: $0) }
  }

  /// The slots of the shard, the primary's first.
  var slots: [Int] { [primary] + replicas.map(\.slot) }

  /// The same primary with other replicas: what is known of those that stay, stays.
  func carried(to slots: [Int]) -> ShardProof {
    var proof = self
    proof.replicas = slots.map { slot in
      replicas.first { $0.slot == slot } ?? Replica(slot: slot)
    }
    return proof
  }

  // MARK: Answers

  /// The primary has answered that it is one.
  mutating func primaryAnswered(_ sample: ProbeSample) {
    let newest = Origin(lineage: sample.answer.lineage, epoch: sample.answer.epoch)
    if newest != origin { forget() }
    origin = newest
    history.add(PrimaryHistory.Entry(askedAt: sample.askedAt, position: sample.answer.position))
    for place in replicas.indices { prove(place) }
  }

  /// The map's primary says that it is none, so nobody knows who writes.
  mutating func forget() {
    origin = nil
    history.removeAll()
    for place in replicas.indices { replicas[place].covered = nil }
  }

  /// A replica has answered that it is one.
  mutating func replicaAnswered(_ slot: Int, _ answer: ProbeAnswer) {
    guard let place = replicas.firstIndex(where: { $0.slot == slot }) else { return }
    replicas[place].said = answer
    prove(place)
  }

  /// What a replica said holds no longer.
  mutating func replicaLost(_ slot: Int) {
    guard let place = replicas.firstIndex(where: { $0.slot == slot }) else { return }
    replicas[place].said = nil
  }

  private mutating func prove(_ place: Int) {
    guard let said = replicas[place].said else { return }
    guard said.lineage == origin?.lineage else {
      replicas[place].covered = nil
      return
    }
    let known = replicas[place].covered.flatMap { $0.position <= said.position ? $0 : nil }
    let found = history.newest(coveredBy: said.position)
    replicas[place].covered = [known, found].compactMap { $0 }.max { $0.askedAt < $1.askedAt }
  }

  // MARK: What is proven

  /// What is proven of a replica: its position in the primary's log, and the moment before which it lacks nothing.
  func standing(of slot: Int) -> (position: LogPosition, freshAsOf: MonotonicTime) {
    guard let replica = replicas.first(where: { $0.slot == slot }), let said = replica.said,
      said.lineage == origin?.lineage
    else { return (.zero, .origin) }
    return (said.position, replica.covered?.askedAt ?? .origin)
  }
}
