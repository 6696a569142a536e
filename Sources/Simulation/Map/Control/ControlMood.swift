import Routing

/// How a simulated control plane behaves for a while.
enum ControlMood: String, CaseIterable, Sendable {
  /// It answers, rightly and soon.
  case honest
  /// Connections are refused.
  case down
  /// Connections are made, and nothing comes.
  case silent
  /// It answers rightly, sometimes later than anybody waits.
  case slow
  /// It was restored from an older copy, and doesn't know.
  case rolledBack
  /// It answers whatever is asked with a newer map that a stranger signed.
  case strangerSigned
  /// What it sends is signed for other records.
  case wrongRoot
  /// What it sends ends too early.
  case truncated
  /// What it sends expands to far more than it should.
  case bomb
  /// What it sends is garbage.
  case garbage
  /// It has errors of its own.
  case broken

  /// Whether what it says may be believed.
  var isTruthful: Bool {
    switch self {
    case .honest, .slow, .rolledBack: true
    case .down, .silent, .strangerSigned, .wrongRoot, .truncated, .bomb, .garbage, .broken: false
    }
  }
}
