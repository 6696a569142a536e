import RandomNumbers
import Routing
import Testing

@testable import DataPlane

/// A primary and its replicas by a model, asked by a router whose questions and answers take any time: commits, replays, crashes and failovers in
/// any order. After each of them it is checked that no bound is too good.
private struct ProofModel {
  /// A log: the commits of one timeline, and of those it was forked from.
  final class Log {
    let timeline: UInt32
    var commits: [(time: UInt64, position: UInt64)]
    init(timeline: UInt32, commits: [(UInt64, UInt64)]) {
      self.timeline = timeline
      self.commits = commits
    }
    var end: UInt64 { commits.last?.position ?? 0 }
  }

  struct Replica {
    var log: Log
    var replayed: UInt64 = 0
    /// Grows when it restarts: then its connection is gone.
    var life = 0
  }

  /// A question that has been asked, and maybe read; the answer is on its way.
  struct Question {
    /// 0 is the primary; then come the replicas.
    let server: Int
    let askedAt: UInt64
    var life: Int
    var answer: ProbeAnswer?
  }

  private(set) var now: UInt64 = 1
  private var primary = Log(timeline: 1, commits: [])
  private var primaryLife = 0
  private var replicas: [Replica]
  private var questions: [Question] = []
  private(set) var proof: ShardProof
  private var random: SplitMix64
  /// How often something was proven, and how often a replica of another log was asked.
  private(set) var proven = 0
  private(set) var foreign = 0

  init(seed: UInt64, replicaCount: Int) {
    random = SplitMix64(seed: seed)
    replicas = Array(repeating: Replica(log: primary), count: replicaCount)
    proof = ShardProof(primary: 0, replicas: Array(1...replicaCount))
  }

  private mutating func draw(_ range: ClosedRange<Int>) -> Int {
    .random(in: range, using: &random)
  }

  mutating func step() {
    now += UInt64(draw(0...20))
    switch draw(0...99) {
    case 0..<25: commit()
    case 25..<55: replay(draw(0...replicas.count - 1))
    case 55..<70: ask(draw(0...replicas.count))
    case 70..<82: if !questions.isEmpty { read(draw(0...questions.count - 1)) }
    case 82..<95: if !questions.isEmpty { answer(draw(0...questions.count - 1)) }
    case 95..<97: restart(draw(0...replicas.count - 1))
    case 97: crashPrimary()
    case 98: failOver()
    default: follow(draw(0...replicas.count - 1))
    }
    check()
  }

  mutating func commit() {
    primary.commits.append((now, primary.end + UInt64(draw(1...50))))
  }

  mutating func replay(_ number: Int) {
    let log = replicas[number].log
    let room = log.end - min(log.end, replicas[number].replayed)
    // To the end, or to the middle of a commit.
    replicas[number].replayed += draw(0...2) == 0 ? room : UInt64(draw(0...Int(room)))
  }

  mutating func ask(_ server: Int) {
    guard !questions.contains(where: { $0.server == server }) else { return }
    questions.append(Question(server: server, askedAt: now, life: life(server), answer: nil))
  }

  private func life(_ server: Int) -> Int { server == 0 ? primaryLife : replicas[server - 1].life }

  /// The server takes up the question.
  mutating func read(_ place: Int) {
    let server = questions[place].server
    guard questions[place].answer == nil else { return }
    let log = server == 0 ? primary : replicas[server - 1].log
    let position = server == 0 ? primary.end : replicas[server - 1].replayed
    questions[place].answer = ProbeAnswer(
      role: server == 0 ? .primary : .replica, position: LogPosition(rawValue: position),
      lineage: LogLineage(system: 1, timeline: log.timeline), epoch: nil)
  }

  /// The answer arrives, if its connection is still there.
  mutating func answer(_ place: Int) {
    guard let answer = questions[place].answer else { return }
    let question = questions.remove(at: place)
    guard question.life == life(question.server) else { return }
    if question.server == 0 {
      proof.primaryAnswered(
        ProbeSample(
          answer: answer, askedAt: MonotonicTime(nanoseconds: question.askedAt),
          roundTripNanoseconds: 0))
    } else {
      proof.replicaAnswered(question.server, answer)
    }
  }

  /// A replica crashes, and comes back with what it had written down.
  mutating func restart(_ number: Int) {
    replicas[number].replayed -= UInt64(draw(0...Int(min(replicas[number].replayed, 200))))
    replicas[number].life += 1
    proof.replicaLost(number + 1)
  }

  /// The primary crashes. What no replica has and no one was told to be safe is gone, and it writes on in the same place.
  mutating func crashPrimary() {
    let safe = replicas.filter { $0.log === primary }.map(\.replayed).max() ?? 0
    while let last = primary.commits.last, last.position > safe, draw(0...1) == 0 {
      primary.commits.removeLast()
    }
    primaryLife += 1
  }

  /// A replica is promoted: the log forks where it was. The others go on in the old one, and the old primary may write there for a while.
  mutating func failOver() {
    let number = draw(0...replicas.count - 1)
    guard replicas[number].log === primary else { return }
    let old = primary
    let replayed = replicas[number].replayed
    primary = Log(
      timeline: old.timeline + 1, commits: old.commits.filter { $0.position <= replayed })
    primaryLife += 1
    for _ in 0..<draw(0...5) { old.commits.append((now, old.end + UInt64(draw(1...50)))) }
    // Its place among the replicas is a new one's.
    replicas[number] = Replica(log: primary, replayed: 0, life: replicas[number].life + 1)
    proof.replicaLost(number + 1)
  }

  /// A replica of an old log comes to follow the primary: as it is, if it has nothing that the primary lacks, and made anew else.
  mutating func follow(_ number: Int) {
    guard replicas[number].log !== primary else { return }
    let old = replicas[number].log
    let shared = zip(old.commits, primary.commits).prefix { $0 == $1 }.count
    let fork = shared == 0 ? 0 : primary.commits[shared - 1].position
    replicas[number].log = primary
    guard replicas[number].replayed > fork else { return }
    replicas[number].replayed = 0
    replicas[number].life += 1
    proof.replicaLost(number + 1)
  }

  /// No replica may lack what was committed before the moment that it is said to be fresh as of.
  private mutating func check() {
    for (number, replica) in replicas.enumerated() {
      let standing = proof.standing(of: number + 1)
      if replica.log !== primary { foreign += 1 }
      guard standing.freshAsOf != .origin else { continue }
      proven += 1
      #expect(standing.position.rawValue <= replica.replayed)
      guard
        let owed = primary.commits.last(where: { $0.time < standing.freshAsOf.nanoseconds })
      else { continue }
      let isThere =
        owed.position <= replica.replayed && replica.log.commits.contains { $0 == owed }
      #expect(
        isThere,
        """
        at \(now): \(owed.position) was committed at \(owed.time), before \(standing.freshAsOf.nanoseconds); \
        replica \(number) on \(replica.log.timeline) has \(replica.replayed)
        """)
    }
  }

  /// Nobody writes, everybody replays, and each is asked once, in any order.
  mutating func settleDown() -> UInt64 {
    for number in replicas.indices {
      follow(number)
      replicas[number].replayed = primary.end
    }
    questions = []
    now += 1
    let start = now
    for server in (0...replicas.count).shuffled(using: &random) {
      ask(server)
      now += UInt64(draw(1...100))
    }
    let asked = questions.first { $0.server == 0 }!.askedAt
    for place in questions.indices.shuffled(using: &random) { read(place) }
    while !questions.isEmpty { answer(draw(0...questions.count - 1)) }
    precondition(asked >= start)
    return asked
  }
}

@Suite("Proofs of freshness, by a model")
struct ProofModelTests {
  @Test(
    "no bound is ever too good, whatever happens in whatever order",
    arguments: 0..<200 as Range<UInt64>)
  func sound(seed: UInt64) {
    var model = ProofModel(seed: seed, replicaCount: 1 + Int(seed % 3))
    for _ in 0..<1_000 { model.step() }
    #expect(model.proven > 20, "a model that proves nothing tests nothing")
  }

  @Test("replicas of another log come up in these models")
  func variety() {
    let foreign = (0..<200 as Range<UInt64>).map { seed in
      var model = ProofModel(seed: seed, replicaCount: 3)
      for _ in 0..<200 { model.step() }
      return model.foreign
    }
    #expect(foreign.count { $0 > 0 } > 50)
  }

  @Test(
    "where nobody writes, a replica is as fresh as the primary's last answer",
    arguments: 0..<200 as Range<UInt64>)
  func tight(seed: UInt64) {
    var model = ProofModel(seed: seed, replicaCount: 3)
    for _ in 0..<300 { model.step() }
    for _ in 0..<3 {
      let asked = model.settleDown()
      for slot in 1...3 {
        #expect(model.proof.standing(of: slot).freshAsOf.nanoseconds == asked)
      }
    }
  }
}
