import Routing

/// What a session has done for its tenant since that was noted last.
struct SessionWork {
  /// When its transaction has got a server; the clock's origin while it has none.
  var began = MonotonicTime.origin
  /// When it asked for one; the clock's origin where it got one at once. What it waits for by its tenant's envelope comes before that.
  var asked = MonotonicTime.origin
  /// Bytes both ways.
  var bytes: UInt64 = 0
  /// Whether the meter knows its tenant.
  var isKnown = false
}
