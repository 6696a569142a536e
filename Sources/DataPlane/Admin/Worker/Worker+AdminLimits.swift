import Admission
import Routing

/// What a worker tells of tenants that wait because of a limit.
extension Worker where K: ~Copyable {
  /// Tells of those of which most sessions wait. It costs a look at each place in the table of tenants up to the last that ever waited.
  mutating func tellDelayed(_ answer: inout AdminAnswer) {
    for (tenant, entry) in delayed.longest(EnvelopeLimits.tenantsTold) {
      answer.delayed.append(
        DelayedRow(
          tenant: tenants.name(of: tenant), waiting: Int(entry.count), limit: entry.limit,
          since: entry.since))
    }
  }
}
