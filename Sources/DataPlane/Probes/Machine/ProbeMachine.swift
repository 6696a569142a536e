import Routing
import Wire

/// One instance's probe connection, without the connection: what has happened goes in, what is to be done comes out.
///
/// ```
/// resting ─ due ─▶ connecting ─ connected ─▶ loggingIn ─ ready ─▶ waiting ─ due ─▶ asking
///    ▲                  │                        │                 │   ▲              │
///    │                  │ failure, time-out, end │                 │   └─── answer ───┤
///    │                  ▼                        ▼                 ▼                  │
///    └──── closed ── closing ◀────────────────────────────────────────────────────────┘
/// ```
///
/// It rests before the first attempt until its moment, and after a failure for a time that doubles with each failure in a row. Once
/// logged in it asks at once, and then at its moment of each interval.
struct ProbeMachine {
  private enum State {
    /// There is no connection until then.
    case resting(until: MonotonicTime)
    /// A connection is being made; it is given up then.
    case connecting(until: MonotonicTime)
    /// The server is being convinced; it is given up then.
    case loggingIn(ProbeLogin, until: MonotonicTime)
    /// The next question is asked then.
    case waiting(until: MonotonicTime)
    /// A question is being answered; it is given up then.
    case asking(Question, until: MonotonicTime)
    /// The connection is being closed. After that it rests so long.
    case closing(thenNanoseconds: UInt64)
  }

  private struct Question {
    let askedAt: MonotonicTime
    var answer: ProbeAnswer?

    /// Takes a message of the answer; true when it was the last one.
    mutating func take(_ type: UInt8, _ body: RawSpan) throws(ProbeFailure) -> Bool {
      switch type {
      case BackendMessageType.rowDescription, BackendMessageType.commandComplete: return false
      case BackendMessageType.dataRow where answer == nil:
        do throws(ProbeFault) {
          answer = try ProbeAnswer(row: body)
        } catch {
          throw .malformed(error)
        }
        return false
      case BackendMessageType.readyForQuery: return true
      default:
        try ProbeMachine.passOver(type, body)
        return false
      }
    }
  }

  private let rules: ProbeRules
  /// Within each interval, when to ask.
  var moment: UInt64
  private var state: State
  private var messages = MessageCollector()
  /// Failures since the last answer.
  private var failures = 0

  /// A machine that connects at its next moment.
  init(_ rules: ProbeRules, moment: UInt64, now: MonotonicTime) {
    self.rules = rules
    self.moment = moment
    state = .resting(until: rules.timetable.next(moment, after: now))
  }

  /// When the machine is to be told the time; nil while it waits for ``closed(now:)``.
  var wake: MonotonicTime? {
    switch state {
    case .resting(let time), .connecting(let time), .loggingIn(_, let time), .waiting(let time),
      .asking(_, let time):
      time
    case .closing: nil
    }
  }

  // MARK: What happens

  /// It is `now`: whatever is due is done.
  mutating func timePassed(_ now: MonotonicTime, random: inout RandomSource) -> ProbeStep {
    guard let wake, wake <= now else { return .nothing }
    switch state {
    case .resting:
      state = .connecting(until: now.advanced(by: rules.settings.connect))
      return .connect
    case .waiting:
      state = .asking(Question(askedAt: now), until: now.advanced(by: rules.settings.answer))
      return .send(ProbeQuestion.message)
    case .connecting:
      return failed(.connectTimedOut(rules.settings.connect), random: &random)
    case .loggingIn:
      return failed(.loginTimedOut(rules.settings.login), random: &random)
    case .asking:
      return failed(.answerTimedOut(rules.settings.answer), random: &random)
    case .closing:
      return .nothing
    }
  }

  /// The connection is there.
  mutating func connected(_ now: MonotonicTime) -> ProbeStep {
    guard case .connecting = state else { return .nothing }
    messages = MessageCollector()
    state = .loggingIn(rules.makeLogin(), until: now.advanced(by: rules.settings.login))
    return .send(rules.startup)
  }

  /// Bytes of the server have come.
  mutating func received(
    _ bytes: RawSpan, _ now: MonotonicTime, random: inout RandomSource
  ) -> ProbeStep {
    var result = ProbeStep.nothing
    var offset = 0
    do throws(ProbeFailure) {
      while let message = try nextMessage(bytes, from: &offset) {
        let step = try take(message.type, message.body.span.bytes, now)
        if step != .nothing { result = step }
      }
      return result
    } catch {
      return failed(error, random: &random)
    }
  }

  /// No connection could be had, or the one there was has ended.
  mutating func failed(_ failure: ProbeFailure, random: inout RandomSource) -> ProbeStep {
    if case .closing = state { return .nothing }
    failures += 1
    state = .closing(thenNanoseconds: Self.pause(afterFailures: failures, random: &random))
    return .close(failure)
  }

  /// The instance is not to be asked any more.
  mutating func end() -> ProbeStep {
    if case .closing = state { return .nothing }
    state = .closing(thenNanoseconds: 0)
    return .close(nil)
  }

  /// The connection is closed, and nothing of it is under way.
  mutating func closed(_ now: MonotonicTime) {
    guard case .closing(let rest) = state else { return }
    state = .resting(until: now.advanced(byNanoseconds: rest))
  }

  /// Doubles up to a limit; half of it is drawn, so that what failed together isn't tried together.
  private static func pause(afterFailures count: Int, random: inout RandomSource) -> UInt64 {
    let doubled = ProbeLimits.firstPause.wholeNanoseconds << UInt64(min(count - 1, 20))
    let pause = min(doubled, ProbeLimits.longestPause.wholeNanoseconds)
    return pause / 2 + UInt64(random.index(below: Int(pause / 2)))
  }

  // MARK: Messages

  private mutating func nextMessage(
    _ bytes: RawSpan, from offset: inout Int
  ) throws(ProbeFailure) -> (type: UInt8, body: [UInt8])? {
    do throws(FramingError) {
      return try messages.next(bytes, from: &offset)
    } catch {
      throw .malformed(.framing(error))
    }
  }

  private mutating func take(
    _ type: UInt8, _ body: RawSpan, _ now: MonotonicTime
  ) throws(ProbeFailure) -> ProbeStep {
    switch state {
    case .loggingIn(var login, let until):
      let step = try login.receive(type: type, body: body)
      state = .loggingIn(login, until: until)
      switch step {
      case .wait: return .nothing
      case .send(let bytes): return .send(bytes)
      case .ready:
        state = .waiting(until: now)
        return .nothing
      }
    case .waiting:
      try Self.passOver(type, body)
      return .nothing
    case .asking(var question, let until):
      let isOver = try question.take(type, body)
      state = .asking(question, until: until)
      return isOver ? try conclude(question, now) : .nothing
    case .resting, .connecting, .closing:
      return .nothing
    }
  }

  /// A message that may come at any time, and says nothing about the question; an error says that there will be no answer.
  private static func passOver(_ type: UInt8, _ body: RawSpan) throws(ProbeFailure) {
    switch type {
    case BackendMessageType.noticeResponse, BackendMessageType.parameterStatus,
      BackendMessageType.notificationResponse:
      return
    case BackendMessageType.errorResponse:
      let error: ErrorResponse
      do throws(MessageBodyError) {
        error = try ErrorResponse.decode(body)
      } catch {
        throw .malformed(.body(error))
      }
      throw .failed(error.sqlState, error.message)
    default: throw .malformed(.unexpected(type: type))
    }
  }

  private mutating func conclude(
    _ question: Question, _ now: MonotonicTime
  ) throws(ProbeFailure) -> ProbeStep {
    guard let answer = question.answer else { throw .malformed(.noRow) }
    failures = 0
    state = .waiting(until: rules.timetable.next(moment, after: now))
    return .sample(
      ProbeSample(
        answer: answer, askedAt: question.askedAt,
        roundTripNanoseconds: now.nanoseconds(since: question.askedAt)))
  }
}

/// What a machine wants done.
enum ProbeStep: Equatable {
  case nothing
  /// A connection made to the instance.
  case connect
  /// Bytes sent.
  case send([UInt8])
  /// A sample taken note of.
  case sample(ProbeSample)
  /// The connection closed, because of that; nil when it is not needed any more.
  case close(ProbeFailure?)
}
