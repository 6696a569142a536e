import Routing
import Synchronization

/// Which tenants the control plane was told of lately that they are over a limit: each once in a while, however many workers they meet it at.
final class ThrottledTenants: Sendable {
  /// Between two events about one tenant.
  static let interval: UInt64 = 60_000_000_000
  /// Between two looks of one worker for one tenant.
  static let look: UInt64 = 1_000_000_000
  /// Tenants that are kept in mind; while there are more, nothing is told of further ones.
  static let tenantsHeld = 1024

  private let told = Mutex<[[UInt8]: MonotonicTime]>([:])

  /// Nobody was told of.
  init() {}

  /// A tenant is over a limit; the event that tells of it, if it is due.
  func over(
    _ limit: EnvelopeLimit, _ tenant: [UInt8], now: MonotonicTime
  ) -> RouterEvent? {
    let isDue = told.withLock { told in
      if let last = told[tenant], now.nanoseconds(since: last) < Self.interval { return false }
      if told.count >= Self.tenantsHeld {
        told = told.filter { now.nanoseconds(since: $0.value) < Self.interval }
        guard told.count < Self.tenantsHeld else { return false }
      }
      told[tenant] = now
      return true
    }
    guard isDue else { return nil }
    return RouterEvent(
      kind: .tenantThrottled, tenant: String(decoding: tenant, as: UTF8.self),
      text:
        "it is over its limit \(limit.name): its work waits, and is refused when that takes too long"
    )
  }
}
