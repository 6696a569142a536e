/// How long a router goes on with what a change has made wrong: the misroute window.
///
/// The window begins when the change is committed and ends when the last worker of the router uses
/// it. For one change and one router it is taken to be:
///
/// 1. **Unreachable**, with probability `unreachable`: the change was made while the sidecar could
///    not reach the control plane that made it. No interval and no TTL helps: the window is longer
///    than any that is asked about. For permissions it ends all the same, `maxStale` after the last
///    confirmation at the latest, because from then on new sessions are refused. (While the control
///    plane is down for everybody nothing is changed, so nothing becomes wrong.)
/// 2. **Heard of**, with probability 1 − `eventLoss` of the rest: the window is the propagation
///    delay D, drawn from the measured times.
/// 3. **Polled**, otherwise. The change falls evenly somewhere between two polls, so the next one
///    comes after U, uniform over 0 to I. Each poll fails with probability `pollLoss`,
///    independently, so the window is U + k × I + D with probability `pollLoss`ᵏ × (1 −
///    `pollLoss`). I is the longest interval: the poll interval and its jitter.
/// 4. **Expired**, when all polls fail before the TTL: the map was confirmed I − U before the
///    change, so the class goes stale T − I + U after it; what is asked for then arrives D later.
///    A refresh that fails, too, is the outage of the first case.
///
/// D is independent of all others. A measured histogram holds late changes, too, so its tail may
/// count a lost event twice: the model errs to the safe side. In the mode `poll` nobody is told of a
/// change, which is `eventLoss` 1. Connection errors, which make a router ask for a refresh earlier
/// than all of this, are not counted on.
struct MisrouteModel: Hashable, Sendable {
  /// What is measured or assumed of the fleet.
  struct Conditions: Hashable, Sendable {
    /// Commit to use, where the change is heard of.
    var times: PropagationTimes
    /// The share of changes that a sidecar is not told of, 0 to 1.
    var eventLoss: Double
    /// The share of polls that fail, 0 up to 1.
    var pollLoss: Double
    /// The share of changes that are made while the sidecar can't reach the control plane, 0 to 1.
    var unreachable: Double
    /// The longest interval is the poll interval times 1 + this.
    var jitter: Double
  }

  var conditions: Conditions
  /// From one poll to the next, in seconds, without jitter.
  var pollInterval: Double
  /// From a confirmation until a class counts as stale, in seconds.
  var ttl: Double
  /// From a confirmation until new sessions are refused, in seconds; nil when they never are.
  var maxStale: Double?

  /// The longest time between two polls.
  var longestInterval: Double { pollInterval * (1 + conditions.jitter) }

  /// The probability that the window of a change is longer than `seconds`.
  func probability(windowOver seconds: Double) -> Double {
    let heard = conditions.times.share(longerThan: seconds)
    let seen = (1 - conditions.eventLoss) * heard + conditions.eventLoss * missed(seconds)
    return conditions.unreachable * unreachable(seconds) + (1 - conditions.unreachable) * seen
  }

  /// The window that a change exceeds with a probability; nil when none is long enough, because so
  /// many changes are not seen at all.
  func window(exceededWith probability: Double) -> Double? {
    var (low, high) = (0.0, conditions.times.longest + ttl + longestInterval)
    guard self.probability(windowOver: high) <= probability else { return nil }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if self.probability(windowOver: middle) <= probability { high = middle } else { low = middle }
    }
    return high
  }

  /// The third and fourth case: nobody told the sidecar.
  private func missed(_ seconds: Double) -> Double {
    let interval = longestInterval
    var (total, weight, start) = (0.0, 1.0, 0.0)
    // The polls before the TTL; the sum ends by itself where the weight no longer counts.
    while start < max(ttl - interval, interval / 2), weight > 1e-18 {
      let share = conditions.times.meanShare(from: seconds - start - interval, to: seconds - start)
      total += weight * (1 - conditions.pollLoss) * share
      weight *= conditions.pollLoss
      start += interval
    }
    let expiry = max(ttl - interval, 0)
    return total
      + weight
      * conditions.times.meanShare(from: seconds - expiry - interval, to: seconds - expiry)
  }

  /// The first case.
  private func unreachable(_ seconds: Double) -> Double {
    guard let maxStale else { return 1 }
    // Refused maxStale − I + U after the change.
    let interval = longestInterval
    let end = maxStale - interval
    return min(max((end + interval - seconds) / interval, 0), 1)
  }
}
