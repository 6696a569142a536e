internal import Synchronization

/// How many there are of something that is limited.
final class Gauge: Sendable {
  private let limit: Int
  private let count = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  var value: Int { count.load(ordering: .relaxed) }

  /// One more, until the place is let go; nil at the limit.
  func enter() -> Place? {
    guard count.add(1, ordering: .relaxed).newValue <= limit else {
      count.subtract(1, ordering: .relaxed)
      return nil
    }
    return Place(gauge: self)
  }

  fileprivate func leave() { count.subtract(1, ordering: .relaxed) }

  /// One of the counted.
  final class Place: Sendable {
    private let gauge: Gauge

    fileprivate init(gauge: Gauge) { self.gauge = gauge }

    deinit { gauge.leave() }
  }
}

/// Requests of this process by second, for the rate of the last minute.
final class RequestMeter: Sendable {
  /// Seconds that the rate is taken over.
  static let window = 60

  private struct Seconds {
    var counts = Array(repeating: 0, count: RequestMeter.window)
    var newest = 0
  }

  private let start: ContinuousClock.Instant
  private let seconds = Mutex(Seconds())

  init() { start = .now }

  private func second(_ now: ContinuousClock.Instant) -> Int { Int((now - start) / .seconds(1)) }

  func count(at now: ContinuousClock.Instant = .now) {
    let second = second(now)
    seconds.withLock {
      Self.advance(&$0, to: second)
      $0.counts[second % Self.window] += 1
    }
  }

  /// Requests a second over the last minute, or since the start.
  func rate(at now: ContinuousClock.Instant = .now) -> Double {
    let second = second(now)
    return seconds.withLock {
      Self.advance(&$0, to: second)
      let span = min(Self.window, second + 1)
      return Double($0.counts.reduce(0, +)) / Double(span)
    }
  }

  private static func advance(_ seconds: inout Seconds, to second: Int) {
    guard second > seconds.newest else { return }
    for gone in max(seconds.newest + 1, second - window + 1)...second {
      seconds.counts[gone % window] = 0
    }
    seconds.newest = second
  }
}
