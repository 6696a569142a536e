import Admission
import Routing

/// What a worker knows of tenants whose sessions wait in its queue of delayed ones, by their places.
struct DelayedTenants {
  /// One tenant.
  struct Entry {
    /// Sessions of it that wait.
    var count: UInt32 = 0
    /// Since when there is always one.
    var since = MonotonicTime.origin
    /// What they wait for.
    var limit = EnvelopeLimit.rate
    /// When one of them may go on.
    var ready = MonotonicTime.origin
    /// When the tenant was last looked up among those that the control plane was told of.
    var toldAt = MonotonicTime.origin
  }

  private var entries: [Entry] = []

  /// What is known of a tenant.
  @inline(__always)
  subscript(tenant: TenantSlot) -> Entry {
    get { Int(tenant.index) < entries.count ? entries[Int(tenant.index)] : Entry() }
    set {
      while entries.count <= Int(tenant.index) { entries.append(Entry()) }
      entries[Int(tenant.index)] = newValue
    }
  }

  /// The tenants of which most sessions wait, at most `limit`.
  func longest(_ limit: Int) -> [(tenant: TenantSlot, entry: Entry)] {
    let waiting = entries.indices.filter { entries[$0].count > 0 }
      .sorted { (entries[$0].count, $1) > (entries[$1].count, $0) }
    return waiting.prefix(limit).map { (TenantSlot(index: UInt32($0)), entries[$0]) }
  }
}
