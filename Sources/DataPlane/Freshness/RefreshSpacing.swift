import Routing

/// Why a refresh is wanted.
enum RefreshCause: Equatable {
  /// A route to this shard seems to be out of date; the digest of its id.
  case shard(UInt64)
  /// A tenant isn't in the map.
  case unknownTenant
}

/// What whoever wants a refresh waits for.
struct RefreshTicket: Equatable {
  /// The count that the sidecar has to answer.
  let wanted: UInt32
  /// When the sidecar will be asked; nil when it just was.
  let dueAt: MonotonicTime?
}

/// Spaces the wishes for a refresh: at most one in ``FreshnessLimits/betweenRefreshes`` for each
/// cause. One that comes too soon is made up for when the time has passed.
struct RefreshSpacing {
  /// By cause: when the sidecar was asked last, in nanoseconds; 0 for never.
  private var askedAt = [UInt64](repeating: 0, count: FreshnessLimits.shardsApart + 1)
  /// Causes whose wish was put off.
  private var deferred: [Int] = []

  private static let space = FreshnessLimits.betweenRefreshes.wholeNanoseconds

  /// Whether to ask now; nil means yes, else the wish is put off until then.
  mutating func wish(_ cause: RefreshCause, now: MonotonicTime) -> MonotonicTime? {
    let place = Self.place(of: cause)
    let due = dueTime(of: place)
    guard now < due else {
      deferred.removeAll { $0 == place }
      askedAt[place] = max(now.nanoseconds, 1)
      return nil
    }
    if !deferred.contains(place) { deferred.append(place) }
    return due
  }

  /// Takes the wishes whose time has come; true when there was one, and the sidecar is to be asked.
  mutating func takeDue(now: MonotonicTime) -> Bool {
    let due = deferred.filter { dueTime(of: $0) <= now }
    for place in due { askedAt[place] = max(now.nanoseconds, 1) }
    deferred.removeAll { due.contains($0) }
    return !due.isEmpty
  }

  /// When the next wish that was put off is due.
  var nextDue: MonotonicTime? { deferred.map { dueTime(of: $0) }.min() }

  private func dueTime(of place: Int) -> MonotonicTime {
    askedAt[place] == 0
      ? .origin : MonotonicTime(nanoseconds: askedAt[place]).advanced(byNanoseconds: Self.space)
  }

  private static func place(of cause: RefreshCause) -> Int {
    switch cause {
    case .shard(let digest): Int(digest % UInt64(FreshnessLimits.shardsApart))
    case .unknownTenant: FreshnessLimits.shardsApart
    }
  }
}
