import Routing
import Wire

/// The last refusal of a tenant that comes too often, encoded: while it goes on, most are the same.
struct SpareRefusals {
  private var refusal: Refusal?
  private var bytes: [UInt8] = []
  /// From when on one more is told of.
  private var tellAt = MonotonicTime.origin

  /// The message that a client is sent.
  mutating func message(of refusal: Refusal) -> [UInt8] {
    if self.refusal != refusal {
      self.refusal = refusal
      bytes = refusal.response.encoded()
    }
    return bytes
  }

  /// Whether to tell of one more.
  mutating func isToBeTold(now: MonotonicTime) -> Bool {
    guard now >= tellAt else { return false }
    tellAt = now.advanced(by: EnvelopeLimits.betweenEvents)
    return true
  }
}
