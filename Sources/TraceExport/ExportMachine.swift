public import Telemetry

/// Decides when spans are sent, sent again, and given up. No IO; the time is a parameter, in nanoseconds of a clock that never goes back.
///
/// ```
///              ┌───────────── taken, rejected, or given up ─────────────┐
/// gathering ◀──┘                                                        │
///     │ full, or time ──▶ sending ─ failed for now ─▶ pausing ─ time ─▶ sending
/// ```
/// It holds at most one message. While that is on its way nothing is gathered: the workers' queues fill then, and drop and count what they have
/// no room for.
public struct ExportMachine {
  /// What to do now.
  public enum Action: Equatable {
    /// Send the message; tell ``ended(_:at:)`` how that went.
    case send
    /// Look into the queues again at this time.
    case gather(until: UInt64)
    /// Do nothing until this time.
    case pause(until: UInt64)
  }

  /// How sending a message went.
  public enum Outcome: Equatable, Sendable {
    /// The collector has it.
    case taken
    /// The collector doesn't want it, now or later: with an HTTP status.
    case rejected(status: Int)
    /// It may be taken later; after so many nanoseconds, if the collector has said so.
    case failed(retryAfter: UInt64?)
  }

  /// What became of a message for good, where anything did.
  public enum Result: Equatable, Sendable {
    /// So many requests were told of.
    case exported(Int)
    /// So many requests were given up.
    case lost(Int)
  }

  private enum State: Equatable {
    case gathering(since: UInt64?)
    case sending(attempt: Int)
    case pausing(attempt: Int, until: UInt64)
  }

  private var state = State.gathering(since: nil)
  /// What the message is made of.
  public private(set) var message: [SpanRecord] = []

  /// Nothing is gathered yet.
  public init() {}

  /// How many more records fit; none while a message is on its way.
  public var room: Int {
    guard case .gathering = state else { return 0 }
    return ExportLimits.batch - message.count
  }

  /// Takes records, at most ``room``.
  public mutating func take(_ records: [SpanRecord], at now: UInt64) {
    precondition(records.count <= room, "ask how much room there is")
    guard case .gathering(let since) = state, !records.isEmpty else { return }
    message += records
    state = .gathering(since: since ?? now)
  }

  /// What to do. With `isEnding` nothing is waited for.
  public mutating func next(at now: UInt64, isEnding: Bool = false) -> Action {
    switch state {
    case .gathering(nil): return .gather(until: now + Self.nanoseconds(ExportLimits.look))
    case .gathering(let since?):
      let due = since + Self.nanoseconds(ExportLimits.gather)
      guard message.count == ExportLimits.batch || now >= due || isEnding else {
        return .gather(until: min(due, now + Self.nanoseconds(ExportLimits.look)))
      }
      state = .sending(attempt: 1)
      return .send
    case .sending: return .send
    case .pausing(let attempt, let until):
      guard now >= until || isEnding else { return .pause(until: until) }
      state = .sending(attempt: attempt + 1)
      return .send
    }
  }

  /// Sending the message has ended.
  ///
  /// - Parameters:
  ///   - outcome: how.
  ///   - now: when.
  ///   - spread: a random number by which the pause before the next attempt is shortened by up to half, so that routers don't come at the same
  ///     time.
  /// - Returns: what became of the message for good, if anything did.
  public mutating func ended(_ outcome: Outcome, at now: UInt64, spread: UInt64 = 0) -> Result? {
    guard case .sending(let attempt) = state else {
      preconditionFailure("a message has ended that was not sent")
    }
    switch outcome {
    case .taken: return .exported(clear())
    case .rejected: return .lost(clear())
    case .failed(let retryAfter):
      guard attempt < ExportLimits.attempts else { return .lost(clear()) }
      state = .pausing(
        attempt: attempt, until: now + Self.pause(attempt, retryAfter, spread: spread))
      return nil
    }
  }

  private mutating func clear() -> Int {
    let count = message.count
    message.removeAll(keepingCapacity: true)
    state = .gathering(since: nil)
    return count
  }

  private static func pause(_ attempt: Int, _ retryAfter: UInt64?, spread: UInt64) -> UInt64 {
    let longest = nanoseconds(ExportLimits.longestPause)
    if let retryAfter { return min(retryAfter, longest) }
    let whole = min(nanoseconds(ExportLimits.firstPause) << UInt64(attempt - 1), longest)
    return whole - spread % (whole / 2)
  }

  private static func nanoseconds(_ duration: Duration) -> UInt64 {
    UInt64(duration.components.seconds) * 1_000_000_000
      + UInt64(duration.components.attoseconds / 1_000_000_000)
  }
}
