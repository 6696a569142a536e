import Authentication
import RandomNumbers
import Routing
import Testing
import Wire

@testable import DataPlane

/// A machine with a clock, its interval 500 ms and its moment 100 ms.
private struct Bench {
  static let settings = ProbeSettings(user: "probe")
  static let moment: UInt64 = 100_000_000

  var random = RandomSource(seed: 3)
  var machine: ProbeMachine
  var now = MonotonicTime.milliseconds(10_000)

  init() {
    let rules = ProbeRules(Self.settings, seed: 0) {
      ProbeLogin(Self.settings)
    }
    machine = ProbeMachine(rules, moment: Self.moment, now: now)
  }

  /// Lets time pass until the machine wants to hear of it.
  mutating func wake() -> ProbeStep {
    if let wake = machine.wake { now = max(now, wake) }
    return machine.timePassed(now, random: &random)
  }

  mutating func pass(_ milliseconds: UInt64) {
    now = now.advanced(byNanoseconds: milliseconds * 1_000_000)
  }

  mutating func receive(_ bytes: [UInt8]) -> ProbeStep {
    machine.received(bytes.span.bytes, now, random: &random)
  }

  mutating func fail(_ failure: ProbeFailure) -> ProbeStep {
    machine.failed(failure, random: &random)
  }

  // A machine in each state.

  static func asking() -> Bench {
    var bench = waiting()
    _ = bench.wake()
    return bench
  }

  static func waiting() -> Bench {
    var bench = loggingIn()
    _ = bench.receive(ProbeWire.welcome)
    return bench
  }

  static func loggingIn() -> Bench {
    var bench = connecting()
    _ = bench.machine.connected(bench.now)
    return bench
  }

  static func connecting() -> Bench {
    var bench = Bench()
    _ = bench.wake()
    return bench
  }

  static let connected = [loggingIn, waiting, asking]
}

@Suite("Probe machine")
struct ProbeMachineTests {
  @Test("connects at its moment, logs in, and asks at once, then at its moment of each interval")
  func life() {
    var bench = Bench()
    #expect(bench.machine.wake == .milliseconds(10_100))
    var step = bench.machine.timePassed(.milliseconds(10_099), random: &bench.random)
    #expect(step == .nothing)
    step = bench.wake()
    #expect(step == .connect)
    bench.pass(3)
    step = bench.machine.connected(bench.now)
    #expect(
      step
        == .send(
          Packets.startup([
            ("user", "probe"), ("database", "postgres"), ("application_name", "shardway-probe"),
          ])))
    bench.pass(4)
    step = bench.receive(ProbeWire.welcome)
    #expect(step == .nothing)
    #expect(bench.machine.wake == bench.now)
    var asked = bench.now
    for answered in [10_109, 10_601, 11_101] as [UInt64] {
      step = bench.wake()
      #expect(step == .send(ProbeQuestion.message))
      asked = bench.now
      bench.now = .milliseconds(answered)
      step = bench.receive(ProbeWire.answer(ProbeWire.primary))
      guard case .sample(let sample) = step else {
        Issue.record("\(step)")
        return
      }
      #expect(sample.askedAt == asked && sample.answer.role == .primary)
      #expect(sample.roundTripNanoseconds == bench.now.nanoseconds(since: asked))
    }
    #expect(asked == .milliseconds(11_100), "two milliseconds late is not two later")
    #expect(bench.machine.wake == .milliseconds(11_600))
  }

  @Test("the question is one Query message")
  func question() {
    let text = Array(ProbeQuestion.text.utf8)
    #expect(ProbeQuestion.message == Packets.message("Q", text + [0]))
    #expect(!text.contains(0) && !ProbeQuestion.text.contains("\n"))
    #expect(ProbeQuestion.message.count <= 2 * ProbeLimits.pieceBytes)
  }

  // MARK: Cuts

  @Test("login and answer mean the same however they are cut in two")
  func everyCut() {
    for cut in 0...ProbeWire.welcome.count {
      var bench = Bench.loggingIn()
      for piece in [ProbeWire.welcome.prefix(cut), ProbeWire.welcome.dropFirst(cut)] {
        let step = bench.receive(Array(piece))
        #expect(step == .nothing, "cut at \(cut)")
      }
      #expect(bench.machine.wake == bench.now, "cut at \(cut)")
    }
    let answer = ProbeWire.answer(ProbeWire.replica)
    for cut in 0..<answer.count {
      var bench = Bench.asking()
      var step = bench.receive(Array(answer.prefix(cut)))
      #expect(step == .nothing, "cut at \(cut)")
      step = bench.receive(Array(answer.dropFirst(cut)))
      guard case .sample(let sample) = step else {
        Issue.record("cut at \(cut): \(step)")
        continue
      }
      #expect(sample.answer.position == LogPosition(rawValue: 0x500_00F8))
    }
  }

  @Test("and in pieces of any size, with notices among them", arguments: 0..<40 as Range<UInt64>)
  func anyPieces(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bench = Bench.loggingIn()
    var samples = 0
    func take(_ bytes: [UInt8]) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...rest.count, using: &random))
        if case .sample = bench.receive(Array(piece)) { samples += 1 }
        rest = rest.dropFirst(piece.count)
      }
    }
    take(ProbeWire.welcome)
    for _ in 0..<5 {
      let step = bench.wake()
      #expect(step == .send(ProbeQuestion.message))
      take(ProbeWire.notice + ProbeWire.answer(ProbeWire.primary) + ProbeWire.notice)
    }
    #expect(samples == 5)
  }

  // MARK: Failures

  private static let limits:
    [(start: @Sendable () -> Bench, milliseconds: UInt64, failure: ProbeFailure)] = [
      ({ .connecting() }, 2_000, .connectTimedOut(.seconds(2))),
      ({ .loggingIn() }, 5_000, .loginTimedOut(.seconds(5))),
      ({ .asking() }, 2_000, .answerTimedOut(.seconds(2))),
    ]

  @Test("connecting, logging in and answering have their time", arguments: limits.indices)
  func deadlines(index: Int) {
    let limit = Self.limits[index]
    var bench = limit.start()
    #expect(bench.machine.wake == bench.now.advanced(byNanoseconds: limit.milliseconds * 1_000_000))
    bench.pass(limit.milliseconds - 1)
    var step = bench.machine.timePassed(bench.now, random: &bench.random)
    #expect(step == .nothing)
    bench.pass(1)
    step = bench.machine.timePassed(bench.now, random: &bench.random)
    #expect(step == .close(limit.failure))
  }

  private static let badAnswers: [(bytes: [UInt8], failure: ProbeFailure)] = [
    (
      ProbeWire.error("57P01", "terminating connection"),
      .failed(.adminShutdown, "terminating connection")
    ),
    (ProbeWire.ready, .malformed(.noRow)),
    (
      ProbeWire.row(["t"]),
      .malformed(
        .body(MessageBodyError(type: UInt8(ascii: "D"), problem: .invalidValue, offset: 0)))
    ),
    (ProbeWire.row(["t", nil, "1", "1", "1", "1", nil]), .malformed(.column(.position))),
    (
      ProbeWire.row(ProbeWire.primary) + ProbeWire.row(ProbeWire.primary),
      .malformed(.unexpected(type: UInt8(ascii: "D")))
    ),
    (Packets.message("G", [0]), .malformed(.unexpected(type: UInt8(ascii: "G")))),
    (
      Array("HTTP/1.1 400 Bad Request\r\n".utf8),
      .malformed(
        .framing(
          .lengthOutOfRange(
            type: UInt8(ascii: "H"), length: 0x5454_502F, maximum: ProbeLimits.messageBytes)))
    ),
    (
      [UInt8(ascii: "N"), 0, 0, 0x40, 1],
      .malformed(
        .framing(
          .lengthOutOfRange(
            type: UInt8(ascii: "N"), length: 0x4001, maximum: ProbeLimits.messageBytes)))
    ),
  ]

  @Test("a bad answer closes the connection, with a reason", arguments: badAnswers)
  func badAnswer(bytes: [UInt8], failure: ProbeFailure) {
    var bench = Bench.asking()
    let step = bench.receive(bytes)
    #expect(step == .close(failure))
    #expect(bench.machine.wake == nil, "it waits until the connection is closed")
    #expect(!"\(failure)".isEmpty)
  }

  @Test("an answer to no question closes the connection")
  func unasked() {
    var bench = Bench.waiting()
    var step = bench.receive(ProbeWire.notice)
    #expect(step == .nothing)
    step = bench.receive(ProbeWire.answer(ProbeWire.primary))
    #expect(step == .close(.malformed(.unexpected(type: UInt8(ascii: "T")))))
  }

  @Test("an answer that came with the end of its connection is none")
  func answerAndEnd() {
    var bench = Bench.asking()
    let step = bench.receive(
      ProbeWire.answer(ProbeWire.primary) + ProbeWire.error("57P01", "going down"))
    #expect(step == .close(.failed(.adminShutdown, "going down")))
  }

  @Test("a refused login is told as such")
  func refused() {
    var bench = Bench.loggingIn()
    let step = bench.receive(ProbeWire.error("28000", "role does not exist"))
    #expect(step == .close(.loginRefused(.invalidAuthorization, "role does not exist")))
  }

  @Test("a login with a password is several messages, and a question follows it")
  func password() {
    var settings = Bench.settings
    settings.password = Array("geheim".utf8)
    var bench = Bench.connecting()
    bench.machine = ProbeMachine(
      ProbeRules(settings, seed: 0) { [settings] in ProbeLogin(settings) }, moment: 0,
      now: bench.now)
    _ = bench.wake()
    _ = bench.machine.connected(bench.now)
    let step = bench.receive(AuthenticationRequest.encodedSASL(mechanisms: ["SCRAM-SHA-256"]))
    guard case .send(let message) = step else {
      Issue.record("no proof is begun: \(step)")
      return
    }
    #expect(message.first == FrontendMessageType.password)
    #expect(
      bench.receive(AuthenticationRequest.encodedSASLFinal([]))
        == .close(.loginFailed(.scram(.outOfOrder))))
  }

  // MARK: Pauses

  @Test("the pause doubles with each failure in a row, up to a limit, and an answer ends the row")
  func pauses() {
    var bench = Bench.connecting()
    for expected in [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000] as [UInt64] {
      let failure = ProbeFailure.connectFailed(errno: 111)
      #expect(bench.fail(failure) == .close(failure))
      #expect(bench.fail(failure) == .nothing, "it is closing already")
      bench.machine.closed(bench.now)
      let pause = bench.machine.wake!.nanoseconds(since: bench.now)
      #expect(expected * 500_000...expected * 1_000_000 ~= pause, "\(expected) ms")
      #expect(bench.wake() == .connect)
    }
    _ = bench.machine.connected(bench.now)
    _ = bench.receive(ProbeWire.welcome)
    _ = bench.wake()
    _ = bench.receive(ProbeWire.answer(ProbeWire.primary))
    _ = bench.fail(.connectionClosed)
    bench.machine.closed(bench.now)
    #expect(bench.machine.wake!.nanoseconds(since: bench.now) <= 250_000_000)
  }

  @Test("a login that works is no answer: the row of failures goes on")
  func loginOnly() {
    var bench = Bench.waiting()
    var last: UInt64 = 0
    for _ in 0..<6 {
      _ = bench.wake()
      _ = bench.receive(ProbeWire.error("42501", "permission denied"))
      bench.machine.closed(bench.now)
      last = bench.machine.wake!.nanoseconds(since: bench.now)
      _ = bench.wake()
      _ = bench.machine.connected(bench.now)
      _ = bench.receive(ProbeWire.welcome)
    }
    #expect(last >= 2_500_000_000)
  }

  @Test("pauses differ, so that what failed together isn't tried together")
  func jitter() {
    var random = RandomSource(seed: 1)
    let wakes = (0..<20).map { _ in
      var bench = Bench.connecting()
      _ = bench.machine.failed(.connectionClosed, random: &random)
      bench.machine.closed(bench.now)
      return bench.machine.wake!.nanoseconds
    }
    #expect(Set(wakes).count > 15)
  }

  // MARK: The end

  @Test("ends from every state, once")
  func end() {
    for start in [Bench.init, Bench.connecting] + Bench.connected {
      var bench = start()
      var step = bench.machine.end()
      #expect(step == .close(nil) && bench.machine.wake == nil)
      step = bench.machine.end()
      #expect(step == .nothing)
      step = bench.fail(.connectionClosed)
      #expect(step == .nothing)
      step = bench.receive(ProbeWire.welcome)
      #expect(step == .nothing)
      step = bench.machine.connected(bench.now)
      #expect(step == .nothing)
      step = bench.machine.timePassed(.milliseconds(100_000), random: &bench.random)
      #expect(step == .nothing)
    }
  }

  @Test("bytes damaged in any way never trap, and never make more samples than answers")
  func mutations() {
    var random = SplitMix64(seed: 11)
    var closed = 0
    for _ in 0..<5_000 {
      var bench = Bench.asking()
      var bytes = ProbeWire.answer(ProbeWire.replica)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.bytes(1)[0]
      }
      if case .close = bench.receive(bytes) { closed += 1 }
    }
    #expect(closed > 1_000)
  }
}
