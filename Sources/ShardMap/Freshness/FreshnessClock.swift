internal import Glibc

/// The clocks that ages are told by, read at one moment.
public struct FreshnessClock: Hashable, Sendable {
  /// The boot clock, which goes on while the machine sleeps and is never set, in nanoseconds.
  public var bootNanoseconds: Int64
  /// Milliseconds since 1970, which whoever sets the clock may move.
  public var wallMilliseconds: Int64
  /// The boot that the boot clock belongs to.
  public var bootID: BootID

  /// A moment given by its clocks, for tests and simulations.
  public init(bootNanoseconds: Int64, wallMilliseconds: Int64, bootID: BootID) {
    self.bootNanoseconds = bootNanoseconds
    self.wallMilliseconds = wallMilliseconds
    self.bootID = bootID
  }

  /// Now, on this machine.
  public static func now() -> FreshnessClock {
    var boot = timespec()
    clock_gettime(CLOCK_BOOTTIME, &boot)
    var wall = timespec()
    clock_gettime(CLOCK_REALTIME, &wall)
    return FreshnessClock(
      bootNanoseconds: Int64(boot.tv_sec) * 1_000_000_000 + Int64(boot.tv_nsec),
      wallMilliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000,
      bootID: .current)
  }
}

/// How long ago the control plane confirmed a map.
public struct MapAge: Hashable, Comparable, Sendable {
  /// The age in nanoseconds; the largest number stands for ``unknown``.
  public let nanoseconds: UInt64

  /// An age that is known.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Nobody can tell: older than every limit.
  public static let unknown = MapAge(nanoseconds: .max)

  /// How far two clocks may be apart before an age below zero is no age any more.
  public static let toleratedSkewMilliseconds: Int64 = 5000

  /// The age of what a sidecar has confirmed.
  ///
  /// The boot clock counts. In another boot than the sidecar's it is the wall clock, and a moment
  /// that lies in the future by more than ``toleratedSkewMilliseconds`` makes the age ``unknown``:
  /// the clock was set back by nobody knows how much.
  public init(of statement: SidecarStatement, at now: FreshnessClock) {
    if statement.bootID == now.bootID, now.bootID != .none {
      self.init(
        from: statement.confirmedAtBootNanoseconds, to: now.bootNanoseconds, unit: 1)
    } else {
      self.init(issuedAtMilliseconds: statement.confirmedAtWallMilliseconds, at: now)
    }
  }

  /// The age of a map of which only the moment it was issued at is known, in milliseconds since
  /// 1970.
  public init(issuedAtMilliseconds: Int64, at now: FreshnessClock) {
    self.init(from: issuedAtMilliseconds, to: now.wallMilliseconds, unit: 1_000_000)
  }

  private init(from start: Int64, to end: Int64, unit: Int64) {
    let (units, overflow) = end.subtractingReportingOverflow(start)
    let tolerated = Self.toleratedSkewMilliseconds * 1_000_000 / unit
    guard !overflow, units >= -tolerated else {
      self = .unknown
      return
    }
    let (nanoseconds, tooLarge) = UInt64(max(units, 0)).multipliedReportingOverflow(
      by: UInt64(unit))
    self = tooLarge ? .unknown : MapAge(nanoseconds: nanoseconds)
  }

  /// Whole milliseconds; nil for ``unknown``.
  public var milliseconds: UInt64? { self == .unknown ? nil : nanoseconds / 1_000_000 }

  /// The younger one first.
  public static func < (one: MapAge, other: MapAge) -> Bool { one.nanoseconds < other.nanoseconds }
}
