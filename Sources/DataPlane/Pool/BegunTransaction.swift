import Routing
import ShardMap

/// A transaction of which only the client knows so far.
struct BegunTransaction {
  /// The client's BEGIN, with its terminator.
  let text: [UInt8]
  /// Whether it is to be read-only.
  let isReadOnly: Bool
  /// The consistency that it was given for itself.
  var tier: Consistency?
  /// Whether its first statement was refused: its client was told that it has failed.
  var hasFailed = false

  /// Whether it may go elsewhere than others of its session.
  var changesRoute: Bool { isReadOnly || tier != nil }

  init(text: [UInt8], isReadOnly: Bool) {
    self.text = text
    self.isReadOnly = isReadOnly
  }
}
