/// The limits of what workers keep about tenants, and the times by which they share envelopes.
public enum AdmissionLimits {
  /// The highest rate of transactions or connection attempts that an envelope can have. A higher one
  /// is cut to it.
  public static let eventsPerSecond: UInt32 = 10_000_000

  /// What a worker takes of a tenant's rate at a time lasts so long, in nanoseconds: 4 ms.
  static let sliceNanoseconds: UInt64 = 4_000_000
  /// Where more is left than that, a worker takes this part of what is left.
  static let sliceOfRest: UInt64 = 8
  /// A worker gives back what it has not used after this, and before twice as much, in nanoseconds:
  /// 8 ms.
  static let holdNanoseconds: UInt64 = 8_000_000
  /// When a transaction that was refused because too many are in flight may ask again, in nanoseconds,
  /// unless one of its tenant has ended here before: 8 ms, after which another worker may have given a
  /// server connection back.
  public static let seekNanoseconds: UInt64 = 8_000_000
  /// A worker that has not asked for a server connection for so long needs none, in nanoseconds: 40 ms.
  static let seekerNanoseconds: UInt64 = 40_000_000
  /// The most that a worker takes of a rate at a time.
  static let largestSlice: UInt64 = 1 << 24
  /// Tenants whose slices one call gives back.
  static let givenBackAtOnce = 512

  /// When somebody whose share is nothing at all may ask again, in nanoseconds: 1 s.
  static let noShareNanoseconds: UInt64 = 1_000_000_000

  /// Bytes are charged when a worker has moved so long a part of the rate, in nanoseconds: 2 ms.
  static let byteRoomNanoseconds: UInt64 = 2_000_000
  /// The least number of bytes that are charged together, unless a second's worth is less.
  static let leastByteRoom: UInt64 = 1_024
  /// The bytes that may come at once, in nanoseconds of the rate: 1 s.
  static let byteBurstNanoseconds: UInt64 = 1_000_000_000
  /// The longest rest that bytes can lead to, in nanoseconds: 10 minutes.
  static let byteDebtNanoseconds: UInt64 = 600_000_000_000

  /// How long a worker remembers a tenant without sessions, in nanoseconds: 60 s; and as long again where
  /// it has used up more of a rate than has come back.
  static let idleNanoseconds: UInt64 = 60_000_000_000
  /// Tenants without sessions that a worker remembers.
  static let idleTenants = 1_000_000
  /// Tenants that one call forgets.
  static let forgottenAtOnce = 64

  /// Tenants that a directory watches because they use much of their limits.
  static let watchedTenants = 4_096
  /// Tenants that a worker has named to the directory, and that it has not yet looked at.
  static let namedTenants = 1_024
  /// Tenants that are tightened at a time.
  static let tightenedTenants = 4_096
  /// The most that a demand is counted to be: so many times the share that the router has.
  static let demandPerShare: UInt64 = 8
  /// A tenant whose transactions its rate holds back for this part of the time or more, in percent, wants
  /// its whole limit.
  static let heldBackPercent: UInt64 = 75
  /// One that is held back is not asked for again for so long at least, in nanoseconds: 1 ms.
  static let leastHoldBackNanoseconds: UInt64 = 1_000_000
  /// Looks in a row at which a tenant may use less than half of its share before it is watched no more.
  static let quietLooks = 3
  /// What must lie between two looks at least, in nanoseconds: 100 ms.
  static let leastLookNanoseconds: UInt64 = 100_000_000

  /// Sessions of a higher priority that are served before one of a lower priority is.
  static let turnsBeforeLower = 15
}
