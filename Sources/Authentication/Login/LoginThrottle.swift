/// Slows down who guesses passwords: by the client's address and the tenant, since many tenants sit
/// behind one address, and one tenant's clients at many.
///
/// After ``ThrottleLimits/freeFailures`` each further failure has the next attempt wait, twice as long
/// each time up to ``ThrottleLimits/longestWait``. Ask ``verdict(address:tenant:nowNanoseconds:)`` when a
/// connection comes, and again right before its proof is checked: a thousand connections opened at once
/// are as many guesses, and are counted one after the other only there.
///
/// A fixed table, allocated once, for one thread. A newcomer takes the place of the one with the fewest
/// failures among eight, so that nobody gets rid of a long wait by failing elsewhere. Every operation looks
/// at eight places.
public struct LoginThrottle: ~Copyable {
  /// Whether an attempt may be made.
  public enum Verdict: Sendable, Hashable {
    /// It may.
    case allowed
    /// It may not, before these nanoseconds have passed. The attempt is not to be counted as a failure.
    case refused(waitNanoseconds: UInt64)
  }

  private struct Entry {
    var address: UInt64 = 0
    var tenant: UInt64 = 0
    /// When the last failure was; nothing before it counts once it is forgotten.
    var lastFailure: UInt64 = 0
    /// 0 for an empty place.
    var failures: UInt32 = 0

    func isFor(_ address: UInt64, _ tenant: UInt64) -> Bool {
      failures > 0 && self.address == address && self.tenant == tenant
    }

    /// The failures that still count.
    func failures(at now: UInt64) -> UInt32 {
      now >= lastFailure && now - lastFailure >= ThrottleLimits.memory.nanoseconds ? 0 : failures
    }

    /// When the next attempt may be made.
    var opensAt: UInt64 {
      let (sum, overflow) = lastFailure.addingReportingOverflow(LoginThrottle.wait(after: failures))
      return overflow ? .max : sum
    }
  }

  private var entries = [Entry](repeating: Entry(), count: ThrottleLimits.places)

  /// An empty table.
  public init() {}

  /// Nanoseconds to wait after so many failures.
  static func wait(after failures: UInt32) -> UInt64 {
    let excess = Int(failures) - ThrottleLimits.freeFailures
    if excess <= 0 { return 0 }
    let longest = ThrottleLimits.longestWait.nanoseconds
    // Beyond 20 doublings of a second nothing is left to compare.
    return min(longest, ThrottleLimits.firstWait.nanoseconds << UInt64(min(excess - 1, 20)))
  }

  /// Whether a client may try a password now. Costs one look at eight places.
  ///
  /// - Parameters:
  ///   - address: a digest of the client's address, seeded so that nobody can aim at a place.
  ///   - tenant: a digest of the tenant, likewise.
  ///   - nowNanoseconds: a clock that never goes backwards.
  /// - Returns: whether it may, or how long it has to wait.
  public func verdict(address: UInt64, tenant: UInt64, nowNanoseconds: UInt64) -> Verdict {
    for place in TableSet.places(of: Self.digest(address, tenant), in: entries.count)
    where entries[place].isFor(address, tenant) {
      let entry = entries[place]
      if entry.failures(at: nowNanoseconds) == 0 || entry.opensAt <= nowNanoseconds {
        return .allowed
      }
      return .refused(waitNanoseconds: entry.opensAt - nowNanoseconds)
    }
    return .allowed
  }

  /// Counts a wrong password, or a role that does not exist.
  public mutating func recordFailure(address: UInt64, tenant: UInt64, nowNanoseconds: UInt64) {
    let place = placeToCount(address, tenant, now: nowNanoseconds)
    let isKnown = entries[place].isFor(address, tenant)
    let failures = isKnown ? entries[place].failures(at: nowNanoseconds) : 0
    entries[place] = Entry(
      address: address, tenant: tenant, lastFailure: nowNanoseconds,
      failures: min(failures, .max - 1) + 1)
  }

  /// Forgets the failures of who has given the right password.
  public mutating func recordSuccess(address: UInt64, tenant: UInt64) {
    for place in TableSet.places(of: Self.digest(address, tenant), in: entries.count)
    where entries[place].isFor(address, tenant) {
      entries[place].failures = 0
    }
  }

  /// The pair's own place, or the one that is missed least: the fewest failures that still count, and
  /// the oldest of those.
  private func placeToCount(_ address: UInt64, _ tenant: UInt64, now: UInt64) -> Int {
    let places = TableSet.places(of: Self.digest(address, tenant), in: entries.count)
    var best = places.lowerBound
    for place in places {
      let entry = entries[place]
      if entry.isFor(address, tenant) { return place }
      let (mine, others) = (entry.failures(at: now), entries[best].failures(at: now))
      if mine < others || (mine == others && entry.lastFailure < entries[best].lastFailure) {
        best = place
      }
    }
    return best
  }

  private static func digest(_ address: UInt64, _ tenant: UInt64) -> UInt64 {
    (address ^ (address >> 32)) &* 0x9E37_79B9_7F4A_7C15 ^ tenant
  }
}

/// Where a fixed table keeps the entry of a digest: in one of eight neighbouring places.
enum TableSet {
  static let width = 8

  /// The eight places of a digest in a table of `count`, a multiple of eight.
  static func places(of digest: UInt64, in count: Int) -> Range<Int> {
    let mixed = (digest ^ digest >> 32) &* 0x9E37_79B9_7F4A_7C15
    let first = Int((mixed >> 32) % UInt64(count / width)) * width
    return first..<(first + width)
  }
}
