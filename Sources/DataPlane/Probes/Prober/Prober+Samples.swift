import Routing
import ShardMap
import Telemetry

/// What is known of the instances: put together, written on the board, told.
extension Prober where K: ~Copyable {
  /// An instance has answered.
  mutating func sampled(_ sample: ProbeSample, _ number: Int) {
    context.report.counters.add(.samples)
    if slots[number].failureTold != nil {
      slots[number].failureTold = nil
      tell(.recovered, number)
    }
    slots[number].sample = sample
    weigh(number)
    noteContradiction(number)
  }

  /// Puts a slot's sample with those of its shard, and publishes what changes by it.
  private mutating func weigh(_ number: Int) {
    guard let sample = slots[number].sample else { return }
    switch (slots[number].duty, sample.answer.role) {
    case (.primary(let shard), .primary):
      proofs[shard].primaryAnswered(sample)
      publishAll(of: shard)
    case (.primary(let shard), .replica):
      proofs[shard].forget()
      publishAll(of: shard)
    case (.replica(let shard), .replica):
      proofs[shard].replicaAnswered(number, sample.answer)
      publish(number)
    case (.replica(let shard), .primary):
      proofs[shard].replicaLost(number)
      publish(number)
    case (.spare, _):
      publish(number)
    }
  }

  private func publishAll(of shard: Int) {
    for number in proofs[shard].slots { publish(number) }
  }

  /// The connection has ended, and what was said on it holds no longer: a server that crashed may come back with less replayed.
  mutating func withdraw(_ number: Int) {
    slots[number].sample = nil
    if case .replica(let shard) = slots[number].duty { proofs[shard].replicaLost(number) }
    publish(number)
  }

  /// Takes what the members of a shard have said already into a proof that is new to them.
  mutating func weighAll(of shard: Int) {
    for number in proofs[shard].slots { weigh(number) }
  }

  // MARK: The board

  /// Writes what is known of a slot's instance on the board.
  func publish(_ number: Int) {
    guard case .current(let index) = slots[number].life else { return }
    edition.samples.write(known(number), at: index)
  }

  private func known(_ number: Int) -> ProbedInstance? {
    guard let sample = slots[number].sample else { return nil }
    let standing =
      switch (slots[number].duty, sample.answer.role) {
      case (.primary, .primary): (position: sample.answer.position, freshAsOf: sample.askedAt)
      case (.replica(let shard), .replica): proofs[shard].standing(of: number)
      default: (position: LogPosition.zero, freshAsOf: MonotonicTime.origin)
      }
    return ProbedInstance(
      sample: InstanceSample(
        role: sample.answer.role, takenAt: sample.askedAt, position: standing.position,
        freshAsOf: standing.freshAsOf),
      epoch: sample.answer.epoch, roundTripNanoseconds: sample.roundTripNanoseconds)
  }

  // MARK: What is told

  /// Counts a failure, and tells of it if it is another than before.
  mutating func noteFailure(_ failure: ProbeFailure, _ number: Int) {
    context.report.counters.add(.failures)
    if case .malformed = failure { context.report.counters.add(.malformedAnswers) }
    guard slots[number].failureTold != failure else { return }
    slots[number].failureTold = failure
    tell(.failed(failure), number)
  }

  /// Map and instance may disagree: then the map may be out of date, and a newer one is asked for, as often as an answer says so.
  private mutating func noteContradiction(_ number: Int) {
    let contradiction = slots[number].contradiction
    if contradiction != slots[number].contradictionTold {
      slots[number].contradictionTold = contradiction
      tell(contradiction.map { .contradiction($0) } ?? .agreement, number)
    }
    guard contradiction != nil else { return }
    context.report.counters.add(.roleContradictions)
    switch slots[number].duty {
    case .primary(let shard), .replica(let shard): wantRefresh(of: shard)
    case .spare: break
    }
  }

  private func tell(_ kind: ProbeEvent.Kind, _ number: Int) {
    let key = slots[number].key
    context.report.events.put(
      ProbeEvent(kind: kind, instance: key.id, address: key.address.description))
  }

  // MARK: Refreshes

  /// Asks for a refresh because of a shard, now or soon.
  private mutating func wantRefresh(of shard: Int) {
    let record = edition.map.shard(ShardIndex(UInt32(shard)))
    let cause = RefreshCause.shard(NameDigest.of(edition.map.string(record.id)))
    guard let ticket = context.freshness.ask(cause, now: kernel.now) else { return }
    if let due = ticket.dueAt {
      refreshDue = min(refreshDue ?? due, due)
    } else {
      context.report.counters.add(.refreshesWanted)
    }
  }

  /// Asks for the refreshes that were put off until now.
  mutating func askWhatIsDue() {
    guard let refreshDue, kernel.now >= refreshDue else { return }
    let asked = context.freshness.askWhatIsDue(now: kernel.now)
    if asked.hasAsked { context.report.counters.add(.refreshesWanted) }
    self.refreshDue = asked.next
  }
}
