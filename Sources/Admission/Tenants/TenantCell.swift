internal import Routing
internal import ShardMap
internal import Synchronization

/// What the workers of a router share of one tenant: its limits, and what is used of them.
///
/// Three cache lines: what transactions take, what connections take, what bytes are charged to. The
/// limits are the region's; what of them this router has in force is computed when something is taken,
/// so that a change counts at once. Limits are written one by one: for a moment a worker may see some
/// old and some new ones, each of which was the tenant's.
@usableFromInline
struct TenantCell: ~Copyable {
  /// What stands for no limit, and, as a share, for the share of those that are not named.
  static let none: UInt32 = .max

  static let unwatched: UInt32 = 0
  static let nominated: UInt32 = 1
  static let watched: UInt32 = 2

  // Transactions.

  /// See ``SharedRate``.
  let rate = Atomic<UInt64>(0)
  /// Transactions that were let through, or refused at their first try. Grows, but for what is given back.
  let wanted = Atomic<UInt64>(0)
  /// Workers that want server connections and got none: bit `number % 64`.
  let unitSeekers = Atomic<UInt64>(0)
  let transactionsPerSecond = Atomic<UInt32>(none)
  let burst = Atomic<UInt32>(1)
  /// Server connections that workers have taken. Never above the limit when one is taken.
  let unitsTaken = Atomic<UInt32>(0)
  let serverConnections = Atomic<UInt32>(none)
  /// Parts per million of the region's limits; ``none`` for the router's standard share.
  let share = Atomic<UInt32>(none)
  /// What is left of the transactions a second.
  let percent = Atomic<UInt32>(100)
  /// ``unwatched``, ``nominated`` by a worker, or ``watched`` by the directory.
  let watch = Atomic<UInt32>(unwatched)
  /// Whether either of the limits of bytes is one: 1 or 0.
  let hasByteLimit = Atomic<UInt32>(0)
  /// How long a part of its rates was used in a second, in microseconds in the lower 20 bits; which second
  /// that is in the upper ones. Workers write it without care for each other: it is a hint.
  let recentUse = Atomic<UInt32>(0)

  // Connections.

  let attempts = Atomic<UInt64>(0)
  let attemptsMade = Atomic<UInt64>(0)
  let attemptsPerSecond = Atomic<UInt32>(none)
  let clientConnections = Atomic<UInt32>(none)
  let connections = Atomic<UInt32>(0)
  let connectionsRefused = Atomic<UInt32>(0)
  let unitsRefused = Atomic<UInt32>(0)
  /// How often the cell was given to another tenant. Changes under the directory's lock.
  let generation = Atomic<UInt32>(0)
  /// Its place. Set once.
  let place: UInt32
  /// Workers that have joined it. Read and changed under the directory's lock.
  let members = Atomic<UInt32>(0)
  /// Until when its rate holds its transactions back, in nanoseconds.
  let heldBackEnd = Atomic<UInt64>(0)
  /// How long it has held them back in all, until then, in nanoseconds.
  let heldBackTime = Atomic<UInt64>(0)

  // Bytes.

  let bytesIn = Atomic<UInt64>(0)
  let bytesOut = Atomic<UInt64>(0)
  let bytesInMoved = Atomic<UInt64>(0)
  let bytesOutMoved = Atomic<UInt64>(0)
  let bytesInPerSecond = Atomic<UInt64>(.max)
  let bytesOutPerSecond = Atomic<UInt64>(.max)
  let padding3 = InlineArray<2, UInt64>(repeating: 0)

  init(place: UInt32) { self.place = place }
}

extension TenantCell {
  /// Takes over what a policy says. Any worker may; the last one counts.
  func configure(_ envelope: Envelope, use: EnvelopeUse, share: UInt32, now: MonotonicTime) {
    let hasNewRate = Self.set(
      transactionsPerSecond, to: envelope.transactionsPerSecond ?? Self.none)
    let hasNewBurst = Self.set(burst, to: use == .burstOff ? 1 : envelope.transactionBurst)
    if hasNewRate || hasNewBurst { capDebt(share: share, now: now) }
    Self.set(serverConnections, to: envelope.serverConnections ?? Self.none)
    Self.set(attemptsPerSecond, to: envelope.connectionAttemptsPerSecond ?? Self.none)
    Self.set(clientConnections, to: envelope.clientConnections ?? Self.none)
    Self.set(bytesInPerSecond, to: envelope.bytesInPerSecond ?? .max)
    Self.set(bytesOutPerSecond, to: envelope.bytesOutPerSecond ?? .max)
    Self.set(
      hasByteLimit,
      to: envelope.bytesInPerSecond != nil || envelope.bytesOutPerSecond != nil ? 1 : 0)
  }

  /// Whether somebody's envelope limits anything that a cell is needed for.
  static func isNeeded(for envelope: Envelope) -> Bool {
    envelope.transactionsPerSecond != nil || envelope.serverConnections != nil
      || envelope.connectionAttemptsPerSecond != nil || envelope.clientConnections != nil
      || envelope.bytesInPerSecond != nil || envelope.bytesOutPerSecond != nil
  }

  // A word is written only when it changes, so that its line stays with all who read it.

  /// Whether it changed.
  @discardableResult
  private static func set(_ word: borrowing Atomic<UInt32>, to value: UInt32) -> Bool {
    guard word.load(ordering: .relaxed) != value else { return false }
    word.store(value, ordering: .relaxed)
    return true
  }

  private static func set(_ word: borrowing Atomic<UInt64>, to value: UInt64) {
    if word.load(ordering: .relaxed) != value { word.store(value, ordering: .relaxed) }
  }
}

/// What of a tenant's limits is in force in one router.
extension TenantCell {
  /// The router's part of the region's limits, in parts per million.
  func share(standard: UInt32) -> UInt32 {
    let own = share.load(ordering: .relaxed)
    return own == Self.none ? standard : own
  }

  /// A part of a limit: nothing of it only where the share is nothing.
  static func part(_ share: UInt32, of limit: UInt32) -> UInt32 {
    if share >= RegionalShares.whole.standard || limit == none { return limit }
    return UInt32(part(share, of: UInt64(limit)))
  }

  /// A part of a limit of bytes.
  static func part(_ share: UInt32, of limit: UInt64) -> UInt64 {
    if share >= RegionalShares.whole.standard || limit == .max { return limit }
    if share == 0 || limit == 0 { return 0 }
    let product = limit.multipliedFullWidth(by: UInt64(share))
    return max(1, UInt64(RegionalShares.whole.standard).dividingFullWidth(product).quotient)
  }

  /// The rate of transactions; nil for none.
  func transactionLimit(share: UInt32) -> RateLimit? {
    let limit = transactionsPerSecond.load(ordering: .relaxed)
    if limit == Self.none { return nil }
    let percent = percent.load(ordering: .relaxed)
    // Of the burst as well: so it takes as long to come back as before, and a debt is no longer or shorter.
    return RateLimit(
      perSecond: Self.percent(percent, of: Self.part(share, of: limit)),
      burst: Self.percent(percent, of: Self.part(share, of: burst.load(ordering: .relaxed))))
  }

  /// So many percent of a limit: nothing only of nothing.
  private static func percent(_ percent: UInt32, of limit: UInt32) -> UInt32 {
    if percent >= 100 || limit == 0 { return limit }
    return max(1, UInt32(UInt64(limit) &* UInt64(percent) / 100))
  }

  /// Its rate or its burst is another one now: what it has used up holds it back for no longer than all of
  /// its burst would.
  func capDebt(share: UInt32, now: MonotonicTime) {
    guard let limit = transactionLimit(share: share) else { return }
    SharedRate.capDebt(of: rate, limit: limit, now: now)
  }

  /// Gives the tenant a share of its own, or with nil the new standard one. What that adds to its burst is
  /// not there at once.
  func setShare(_ own: UInt32?, oldStandard: UInt32, newStandard: UInt32, now: MonotonicTime) {
    let old = share(standard: oldStandard)
    share.store(own ?? Self.none, ordering: .relaxed)
    let new = own ?? newStandard
    guard new > old, let limit = transactionLimit(share: new) else { return }
    SharedRate.withholdBurst(of: rate, limit: limit, from: old, to: new, now: now)
  }

  /// Whether it has used up more of a rate than has come back: who forgot it would give it that anew.
  func isInDebt(now: MonotonicTime) -> Bool {
    let ticks = RateLimit.ticks(now)
    return rate.load(ordering: .relaxed) > ticks || bytesIn.load(ordering: .relaxed) > ticks
      || bytesOut.load(ordering: .relaxed) > ticks
  }

  /// The rate of connection attempts; nil for none.
  func attemptLimit(share: UInt32) -> RateLimit? {
    let limit = attemptsPerSecond.load(ordering: .relaxed)
    if limit == Self.none { return nil }
    let rate = Self.part(share, of: limit)
    return RateLimit(perSecond: rate, burst: rate)
  }

  /// Until when its clients and servers should rest; nil when they needn't.
  func byteRest(now: MonotonicTime) -> MonotonicTime? {
    if hasByteLimit.load(ordering: .relaxed) == 0 { return nil }
    let restIn =
      bytesInPerSecond.load(ordering: .relaxed) == .max ? nil : SharedRate.rest(bytesIn, now: now)
    let restOut =
      bytesOutPerSecond.load(ordering: .relaxed) == .max
      ? nil : SharedRate.rest(bytesOut, now: now)
    guard let restIn else { return restOut }
    guard let restOut else { return restIn }
    return max(restIn, restOut)
  }
}

/// What workers take and charge.
extension TenantCell {
  /// Notes that the rate holds a transaction back; times of several workers that overlap count once.
  func holdBack(until time: MonotonicTime, now: MonotonicTime) {
    let end = max(
      time.nanoseconds, now.nanoseconds &+ AdmissionLimits.leastHoldBackNanoseconds)
    let start = max(heldBackEnd.max(end, ordering: .relaxed).oldValue, now.nanoseconds)
    guard end > start else { return }
    heldBackTime.wrappingAdd(end &- start, ordering: .relaxed)
  }

  /// How long the rate has held transactions back in all until a time, in nanoseconds.
  func heldBack(until time: UInt64) -> UInt64 {
    let end = heldBackEnd.load(ordering: .relaxed)
    return heldBackTime.load(ordering: .relaxed) &- (end > time ? end &- time : 0)
  }

  /// Takes server connections, of which all workers together never have more than the limit.
  ///
  /// - Returns: how many; 0 when there is none. More than one while many are free.
  func takeUnits(limit: UInt32, workers: UInt64) -> UInt32 {
    var seen = unitsTaken.load(ordering: .relaxed)
    while seen < limit {
      let units = max(1, UInt32(UInt64(limit &- seen) / (4 &* workers)))
      let (exchanged, original) = unitsTaken.weakCompareExchange(
        expected: seen, desired: seen &+ units, ordering: .relaxed)
      if exchanged { return units }
      seen = original
    }
    return 0
  }

  /// Charges bytes from its clients; how long a part of its rate they are, in ticks.
  func chargeIn(_ bytes: UInt64, share: UInt32, now: MonotonicTime) -> UInt64 {
    Self.charge(
      bytes, to: bytesIn, count: bytesInMoved,
      perSecond: Self.part(share, of: bytesInPerSecond.load(ordering: .relaxed)), now: now)
  }

  /// Charges bytes to its clients; how long a part of its rate they are, in ticks.
  func chargeOut(_ bytes: UInt64, share: UInt32, now: MonotonicTime) -> UInt64 {
    Self.charge(
      bytes, to: bytesOut, count: bytesOutMoved,
      perSecond: Self.part(share, of: bytesOutPerSecond.load(ordering: .relaxed)), now: now)
  }

  private static func charge(
    _ bytes: UInt64, to word: borrowing Atomic<UInt64>, count: borrowing Atomic<UInt64>,
    perSecond: UInt64, now: MonotonicTime
  ) -> UInt64 {
    if perSecond == .max || bytes == 0 { return 0 }
    count.wrappingAdd(bytes, ordering: .relaxed)
    SharedRate.charge(bytes, to: word, perSecond: perSecond, now: now)
    return RateLimit.ticks(bytes: bytes, perSecond: perSecond)
  }

  /// Bytes from clients that a worker moves before it charges them.
  func bytesInRoom(share: UInt32) -> Int32 {
    Self.room(Self.part(share, of: bytesInPerSecond.load(ordering: .relaxed)))
  }

  /// Bytes to clients that a worker moves before it charges them.
  func bytesOutRoom(share: UInt32) -> Int32 {
    Self.room(Self.part(share, of: bytesOutPerSecond.load(ordering: .relaxed)))
  }

  private static func room(_ perSecond: UInt64) -> Int32 {
    if perSecond == .max { return .max }
    let timely = perSecond / (1_000_000_000 / AdmissionLimits.byteRoomNanoseconds)
    let room = max(timely, min(perSecond, AdmissionLimits.leastByteRoom))
    return Int32(truncatingIfNeeded: min(room, UInt64(Int32.max) / 2))
  }
}
