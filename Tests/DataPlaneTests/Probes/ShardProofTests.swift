import RandomNumbers
import Routing
import Testing

@testable import DataPlane

/// A sample in the log of system 1.
private func sample(
  _ role: InstanceSample.Role, at time: UInt64, _ position: UInt64, timeline: UInt32 = 1,
  system: Int64 = 1, epoch: UInt64? = nil
) -> ProbeSample {
  ProbeSample(
    answer: ProbeAnswer(
      role: role, position: LogPosition(rawValue: position),
      lineage: LogLineage(system: system, timeline: timeline), epoch: epoch),
    askedAt: MonotonicTime(nanoseconds: time), roundTripNanoseconds: 1)
}

extension ShardProof {
  fileprivate mutating func primary(at time: UInt64, _ position: UInt64, timeline: UInt32 = 1) {
    primaryAnswered(sample(.primary, at: time, position, timeline: timeline))
  }

  fileprivate mutating func replica(_ position: UInt64, timeline: UInt32 = 1, slot: Int = 1) {
    replicaAnswered(slot, sample(.replica, at: 0, position, timeline: timeline).answer)
  }

  fileprivate func freshAsOf(_ slot: Int = 1) -> UInt64 {
    standing(of: slot).freshAsOf.nanoseconds
  }
}

@Suite("History of a primary")
struct PrimaryHistoryTests {
  private func history(_ entries: [(UInt64, UInt64)]) -> PrimaryHistory {
    entries.reduce(into: PrimaryHistory()) { history, entry in
      history.add(
        PrimaryHistory.Entry(
          askedAt: MonotonicTime(nanoseconds: entry.0), position: LogPosition(rawValue: entry.1)))
    }
  }

  private func newest(_ history: PrimaryHistory, _ position: UInt64) -> UInt64? {
    history.newest(coveredBy: LogPosition(rawValue: position))?.askedAt.nanoseconds
  }

  @Test("the newest entry that a position covers")
  func newest() {
    let history = history([(10, 100), (20, 200), (30, 300)])
    #expect(newest(history, 99) == nil)
    #expect(newest(history, 100) == 10 && newest(history, 199) == 10)
    #expect(newest(history, 200) == 20 && newest(history, 300) == 30)
    #expect(newest(history, .max) == 30)
    #expect(newest(PrimaryHistory(), .max) == nil)
  }

  @Test("an entry that a later one makes worthless is dropped")
  func dominated() {
    #expect(newest(history([(10, 100), (20, 100), (30, 100)]), 100) == 30)
    // It crashed, and what it had not written yet is gone.
    let crashed = history([(10, 100), (20, 200), (30, 150)])
    #expect(newest(crashed, 149) == 10 && newest(crashed, 150) == 30)
  }

  @Test("agrees with a search through everything that is kept", arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var all: [(UInt64, UInt64)] = []
    var history = PrimaryHistory()
    for time in 1...UInt64(2 * ProbeLimits.primarySamples) {
      let step = Int.random(in: -2...6, using: &random)
      let position = UInt64(max(0, Int(all.last?.1 ?? 100) + step))
      all.append((time, position))
      history.add(
        PrimaryHistory.Entry(
          askedAt: MonotonicTime(nanoseconds: time), position: LogPosition(rawValue: position)))
      let asked = UInt64.random(in: 0...position + 5, using: &random)
      let best = all.last { $0.1 <= asked }?.0
      // What is found is the best, unless so many lie between that it was dropped for its age.
      let found = newest(history, asked)
      if let found {
        #expect(found == best)
      } else {
        let higher = Set(all.filter { $0.0 > best ?? 0 }.map(\.1))
        #expect(best == nil || higher.count >= ProbeLimits.primarySamples)
      }
    }
  }
}

@Suite("What samples of a shard prove")
struct ShardProofTests {
  @Test("a replica is as fresh as the newest answer of the primary that it covers")
  func covers() {
    var proof = ShardProof(primary: 0, replicas: [1])
    #expect(proof.freshAsOf() == 0)
    proof.primary(at: 10, 100)
    #expect(proof.freshAsOf() == 0, "it has said nothing")
    proof.replica(99)
    #expect(proof.freshAsOf() == 0, "a byte is missing")
    proof.replica(100)
    #expect(proof.freshAsOf() == 10)
    proof.primary(at: 20, 150)
    proof.primary(at: 30, 200)
    #expect(proof.freshAsOf() == 10)
    proof.replica(199)
    #expect(proof.freshAsOf() == 20)
    #expect(proof.standing(of: 1).position == LogPosition(rawValue: 199))
  }

  @Test(
    "the order of the questions makes no difference, and an idle primary's replica is as fresh as it is"
  )
  func order() {
    var proof = ShardProof(primary: 0, replicas: [1])
    proof.replica(100)
    proof.primary(at: 10, 100)
    #expect(proof.freshAsOf() == 10)
    for time in stride(from: 20, through: 1_000, by: 10) as StrideThrough<UInt64> {
      proof.primary(at: time, 100)
      #expect(proof.freshAsOf() == time)
    }
  }

  @Test("a replica that lags behind all that is kept is as fresh as it was")
  func farBehind() {
    var proof = ShardProof(primary: 0, replicas: [1])
    proof.primary(at: 1, 100)
    proof.replica(100)
    for time in 2...UInt64(3 * ProbeLimits.primarySamples) { proof.primary(at: time, 100 + time) }
    #expect(proof.freshAsOf() == 1)
    proof.replica(101)
    #expect(proof.freshAsOf() == 1)
    proof.replica(99)
    #expect(proof.freshAsOf() == 0, "it has less than what was proven")
  }

  @Test(
    "what was said on a connection that has ended proves nothing, and the next answer what it says")
  func lost() {
    var proof = ShardProof(primary: 0, replicas: [1])
    proof.primary(at: 10, 100)
    proof.primary(at: 20, 200)
    proof.replica(250)
    #expect(proof.freshAsOf() == 20)
    proof.replicaLost(1)
    #expect(proof.freshAsOf() == 0 && proof.standing(of: 1).position == .zero)
    proof.primary(at: 30, 250)
    #expect(proof.freshAsOf() == 0)
    // It crashed, and comes back with less.
    proof.replica(120)
    #expect(proof.freshAsOf() == 10)
  }

  @Test("positions of another timeline or another cluster are not compared")
  func lineages() {
    var proof = ShardProof(primary: 0, replicas: [1, 2])
    proof.primary(at: 10, 100, timeline: 2)
    proof.replica(500, timeline: 1)
    proof.replicaAnswered(2, sample(.replica, at: 0, 500, timeline: 2, system: 7).answer)
    for slot in [1, 2] {
      #expect(proof.freshAsOf(slot) == 0 && proof.standing(of: slot).position == .zero)
    }
    proof.replica(500, timeline: 2)
    #expect(proof.freshAsOf() == 10)
    proof.replica(600, timeline: 3)
    #expect(proof.freshAsOf() == 0)
  }

  @Test("a primary of another timeline, cluster or epoch begins anew")
  func newPrimary() {
    let changes = [
      sample(.primary, at: 20, 150, timeline: 2), sample(.primary, at: 20, 150, system: 2),
      sample(.primary, at: 20, 150, epoch: 4),
    ]
    for change in changes {
      var proof = ShardProof(primary: 0, replicas: [1])
      func replica(_ position: UInt64) {
        proof.replicaAnswered(
          1,
          ProbeAnswer(
            role: .replica, position: LogPosition(rawValue: position),
            lineage: change.answer.lineage, epoch: nil))
      }
      proof.primary(at: 10, 100)
      proof.replica(120)
      #expect(proof.freshAsOf() == 10)
      proof.primaryAnswered(change)
      #expect(proof.freshAsOf() == 0)
      replica(149)
      #expect(proof.freshAsOf() == 0, "what the old primary said is forgotten")
      replica(150)
      #expect(proof.freshAsOf() == 20)
    }
  }

  @Test("where the map's primary is none, nothing is proven until one answers")
  func noPrimary() {
    var proof = ShardProof(primary: 0, replicas: [1])
    proof.primary(at: 10, 100)
    proof.replica(100)
    proof.forget()
    #expect(proof.freshAsOf() == 0 && proof.standing(of: 1).position == .zero)
    proof.replica(100)
    #expect(proof.freshAsOf() == 0)
    proof.primary(at: 30, 100)
    #expect(proof.freshAsOf() == 30)
  }

  @Test("what is known of a replica stays with it when others come and go")
  func carried() {
    var proof = ShardProof(primary: 0, replicas: [1, 2])
    proof.primary(at: 10, 100)
    proof.replica(100, slot: 2)
    let next = proof.carried(to: [5, 2])
    #expect(next.slots == [0, 5, 2])
    #expect(next.freshAsOf(2) == 10 && next.freshAsOf(5) == 0 && next.freshAsOf(1) == 0)
  }
}
