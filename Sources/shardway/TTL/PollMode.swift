internal import ArgumentParser
internal import Glibc

/// How a sidecar learns of changes. In each mode it asks every poll interval; what is more is:
enum PollMode: String, CaseIterable, Sendable, ExpressibleByArgument {
  /// A stream of events, at each of which it asks at once.
  case events
  /// A request beside the others that is held until there is something.
  case longPoll = "long-poll"
  /// Nothing.
  case poll

  /// Requests a second for maps that one sidecar sends.
  ///
  /// - Parameters:
  ///   - interval: from one poll to the next, in seconds, more than 0.
  ///   - wait: how long a held request is held at most, in seconds, more than 0.
  ///   - changes: changes a second; several may be fetched at once, so this is the most.
  ///   - eventLoss: the share of changes the sidecar is not told of.
  /// - Returns: the requests a second.
  func requests(interval: Double, wait: Double, changes: Double, eventLoss: Double) -> Double {
    let heard = changes * (1 - eventLoss)
    switch self {
    case .poll:
      return 1 / interval
    case .events:
      return 1 / interval + heard
    case .longPoll:
      // Held until the first change, or for `wait`: (1 − e^−λw) / λ on average.
      return 1 / interval + (heard * wait < 1e-9 ? 1 / wait : heard / -expm1(-heard * wait))
    }
  }
}
