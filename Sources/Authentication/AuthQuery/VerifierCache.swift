/// What servers have said about roles' verifiers, so that not every login asks again. For one thread.
///
/// A fixed number of places, allocated once: a newcomer takes the place of one of eight, of a forgotten one
/// if there is one, else of a role that is missing, else of the one that is forgotten soonest. So nobody
/// drives verifiers out by asking for roles that don't exist. Every operation looks at eight places.
public struct VerifierCache: ~Copyable {
  /// What is known of a role.
  public enum Value: SecretValue, Sendable, Equatable {
    /// It has this verifier.
    case verifier(VerifierText)
    /// There is no such role, or it has no password.
    case missing
  }

  private struct Entry {
    let shard: UInt64
    let user: [UInt8]
    let value: Value
    let until: UInt64

    /// How little it is missed at this time: the smallest goes first.
    func worth(at now: UInt64) -> (Int, UInt64) {
      if until <= now { return (0, until) }
      return (value == .missing ? 1 : 2, until)
    }
  }

  private let seed: UInt64
  private var entries = [Entry?](repeating: nil, count: VerifierCacheLimits.places)

  /// An empty cache.
  ///
  /// - Parameter seed: a random number, so that nobody can make up names that share a place.
  public init(seed: UInt64) { self.seed = seed }

  /// What is known of a role on a shard.
  ///
  /// - Parameters:
  ///   - shard: a digest of the shard's id.
  ///   - user: the role's name.
  ///   - nowNanoseconds: a clock that never goes backwards.
  /// - Returns: what the server said last; nil when it must be asked.
  public func value(shard: UInt64, user: [UInt8], nowNanoseconds: UInt64) -> Value? {
    guard let place = place(of: shard, user), let entry = entries[place] else { return nil }
    return entry.until > nowNanoseconds ? entry.value : nil
  }

  /// Remembers what a server has just said, for ``VerifierCacheLimits/memory`` or
  /// ``VerifierCacheLimits/missingMemory``.
  ///
  /// Nothing is kept of a name longer than ``AuthenticationLimits/roleNameBytes``, which no role has.
  public mutating func insert(
    _ value: Value, shard: UInt64, user: [UInt8], nowNanoseconds: UInt64
  ) {
    guard user.count <= AuthenticationLimits.roleNameBytes else { return }
    let memory =
      value == .missing ? VerifierCacheLimits.missingMemory : VerifierCacheLimits.memory
    let (until, overflow) = nowNanoseconds.addingReportingOverflow(memory.nanoseconds)
    let place = place(of: shard, user) ?? placeToGive(shard, user, now: nowNanoseconds)
    entries[place] = Entry(
      shard: shard, user: user, value: value, until: overflow ? .max : until)
  }

  /// Forgets a role: after a wrong password, which may be the new one of a role whose password was changed.
  public mutating func remove(shard: UInt64, user: [UInt8]) {
    if let place = place(of: shard, user) { entries[place] = nil }
  }

  /// Forgets all.
  public mutating func removeAll() {
    for place in entries.indices { entries[place] = nil }
  }

  private func places(_ shard: UInt64, _ user: [UInt8]) -> Range<Int> {
    // FNV-1a over the name, from a start that nobody knows.
    var digest = 0xCBF2_9CE4_8422_2325 ^ seed ^ shard
    for byte in user { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return TableSet.places(of: digest, in: entries.count)
  }

  private func place(of shard: UInt64, _ user: [UInt8]) -> Int? {
    places(shard, user).first { entries[$0]?.shard == shard && entries[$0]?.user == user }
  }

  /// An empty place, or the one that is missed least.
  private func placeToGive(_ shard: UInt64, _ user: [UInt8], now: UInt64) -> Int {
    let places = places(shard, user)
    var best = places.lowerBound
    for place in places {
      guard let entry = entries[place] else { return place }
      if let other = entries[best], entry.worth(at: now) < other.worth(at: now) { best = place }
    }
    return best
  }
}
