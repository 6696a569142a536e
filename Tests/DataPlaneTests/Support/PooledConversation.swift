import RandomNumbers
import Wire

@testable import DataPlane

/// What a pooled server is asked and what it answers, made up at random, and what of that the client gets.
struct PooledConversation {
  private(set) var watch = AnswerWatch()
  private(set) var stream: [UInt8] = []
  private(set) var forwarded: [UInt8] = []
  private(set) var told: [WatchedAnswers.Told] = []
  private(set) var unanswered: [UInt64] = []
  private var random: SplitMix64
  private var statement: UInt64 = 0

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    if isLikely(1, of: 2) { ownQuery() }
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      if isLikely(1, of: 3) { query() } else { group() }
    }
  }

  // MARK: Requests

  private mutating func ownQuery() {
    watch.owed.append(.ownQuery)
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      told(Packets.message("S", Packets.text("TimeZone") + Packets.text("UTC")), isOwn: true)
      say("C", Packets.text("SET"), isOwn: true)
      interrupt()
    }
    ready(isOwn: true)
  }

  private mutating func query() {
    watch.owed.append(.query)
    rows()
    say("C", Packets.text("SELECT 1"))
    ready(isOwn: false)
  }

  /// An extended query up to its Sync. The server may fail anywhere in it, and then skips the rest.
  private mutating func group() {
    var hasFailed = false
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let isOwn = Bool.random(using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        statement += 1
        watch.owed.append(isOwn ? .ownParse : .parse, statement: statement)
        if hasFailed { unanswered.append(statement) } else { say("1", isOwn: isOwn) }
      case 1:
        watch.owed.append(isOwn ? .ownClose : .close)
        if !hasFailed { say("3", isOwn: isOwn) }
      case 2:
        watch.owed.append(.bind)
        watch.owed.append(.execute)
        guard !hasFailed else { continue }
        say("2")
        rows()
        say("C", Packets.text("SELECT 1"))
      default:
        watch.owed.append(.describe)
        if !hasFailed, isLikely(1, of: 4) {
          hasFailed = true
          told(Packets.message("E", Packets.text("SERROR") + [0]), isOwn: false)
        } else if !hasFailed {
          say(Bool.random(using: &random) ? "n" : "T", [0, 0])
        }
      }
      interrupt()
    }
    watch.owed.append(.sync)
    ready(isOwn: false)
  }

  // MARK: Answers

  private mutating func rows() {
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      say("D", random.bytes(Int.random(in: 0...300, using: &random)))
    }
  }

  /// What servers say without being asked; it is the client's wherever it comes.
  private mutating func interrupt() {
    guard isLikely(1, of: 3) else { return }
    say(Bool.random(using: &random) ? "N" : "A", random.bytes(12))
  }

  private mutating func ready(isOwn: Bool) {
    interrupt()
    let all: [TransactionStatus] = [.idle, .inTransaction, .failed]
    let status = all[Int.random(in: 0..<all.count, using: &random)]
    say("Z", [status.rawValue], isOwn: isOwn)
    told.append(.ready(status, isOwn: isOwn))
  }

  private mutating func told(_ message: [UInt8], isOwn: Bool) {
    say(message, isOwn: isOwn)
    let type = Character(UnicodeScalar(message[0]))
    told.append(.message(type: type, isOwn: isOwn, body: Array(message[5...])))
  }

  private mutating func say(_ type: Character, _ body: [UInt8] = [], isOwn: Bool = false) {
    say(Packets.message(type, body), isOwn: isOwn)
  }

  private mutating func say(_ message: [UInt8], isOwn: Bool) {
    stream += message
    if !isOwn { forwarded += message }
  }

  private mutating func isLikely(_ count: Int, of all: Int) -> Bool {
    Int.random(in: 0..<all, using: &random) < count
  }
}
