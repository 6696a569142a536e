import Routing
import ShardMap
import Telemetry

/// A transaction of which only the client knows so far.
struct BegunTransaction {
  /// The client's BEGIN, with its terminator.
  let text: [UInt8]
  /// Whether it is to be read-only.
  let isReadOnly: Bool
  /// The consistency that it was given for itself.
  var tier: Consistency?
  /// How its first statement was refused: its client was told that the transaction has failed. Nil where none was.
  private(set) var failure: RequestOutcome?

  /// Whether its first statement was refused.
  var hasFailed: Bool { failure != nil }

  /// Whether it may go elsewhere than others of its session.
  var changesRoute: Bool { isReadOnly || tier != nil }

  init(text: [UInt8], isReadOnly: Bool) {
    self.text = text
    self.isReadOnly = isReadOnly
  }

  /// One of its statements is refused. What follows the first fails for the same reason.
  mutating func fail(_ outcome: RequestOutcome) { failure = failure ?? outcome }
}
