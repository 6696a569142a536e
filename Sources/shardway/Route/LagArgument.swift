public import ArgumentParser
internal import MapDocument
public import Routing
internal import ShardMap

/// What a probe is to have seen of an instance: `s1-b=200ms`, or `s1-b=200ms@0/3000060` with the
/// position that it has replayed.
struct LagArgument: ExpressibleByArgument, Hashable, Sendable {
  let instance: String
  let lagMilliseconds: UInt32
  /// 0/0 where none was given: then no position is known to be replayed.
  let position: LogPosition

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
      return nil
    }
    let value = argument[argument.index(after: equals)...].split(
      separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let lag = Age.milliseconds(String(value[0])),
      let position = value.count == 1
        ? LogPosition(rawValue: 0) : LogPosition(parsing: Array(value[1].utf8))
    else { return nil }
    instance = String(argument[..<equals])
    lagMilliseconds = lag
    self.position = position
  }

  /// The sample of a replica, taken so long before `now`.
  func sample(ageMilliseconds: UInt32, at now: MonotonicTime) -> InstanceSample {
    InstanceSample(
      role: .replica, takenAt: now.before(milliseconds: ageMilliseconds), position: position,
      freshAsOf: now.before(milliseconds: max(lagMilliseconds, ageMilliseconds)))
  }
}

/// A length of time as `200ms`, `5s` or `1h`.
struct SpanArgument: ExpressibleByArgument, Hashable, Sendable {
  let milliseconds: UInt32

  init?(argument: String) {
    guard let milliseconds = Age.milliseconds(argument) else { return nil }
    self.milliseconds = milliseconds
  }

  static var allValueStrings: [String] { ["200ms", "5s", "1m"] }
}

extension LogPosition: ExpressibleByArgument {
  /// Reads PostgreSQL's text, such as `16/B374D848`.
  public init?(argument: String) {
    self.init(parsing: argument.utf8)
  }
}

extension MonotonicTime {
  /// The time so long ago.
  func before(milliseconds: UInt32) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds - UInt64(milliseconds) * 1_000_000)
  }
}
