import Routing
import ShardMap

/// A machine's clocks: one that counts from the start and is never set, and one that whoever sets
/// the clock may move.
struct HostClock {
  /// The wall clock when the run begins, in milliseconds since 1970.
  static let epochMilliseconds: Int64 = 1_795_000_000_000
  /// What the boot clock shows when a machine has just started, in nanoseconds.
  private static let bootLasts: Int64 = 5_000_000_000

  private var bootedAt: UInt64 = 0
  private var bootNumber: UInt64
  private(set) var wallOffsetMilliseconds: Int64 = 0

  init(host: Int) { bootNumber = UInt64(host) << 32 | 1 }

  /// The clocks at a moment of the world.
  func reading(at now: UInt64) -> FreshnessClock {
    FreshnessClock(
      bootNanoseconds: Int64(now - bootedAt) + Self.bootLasts,
      wallMilliseconds: Self.epochMilliseconds + Int64(now / 1_000_000) + wallOffsetMilliseconds,
      bootID: BootID(high: bootNumber, low: 7))
  }

  mutating func stepWall(byMilliseconds step: Int64) { wallOffsetMilliseconds += step }

  mutating func reboot(at now: UInt64) {
    bootedAt = now
    bootNumber += 1
  }
}
