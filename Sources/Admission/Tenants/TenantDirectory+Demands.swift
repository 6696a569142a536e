public import Routing
internal import Synchronization

/// Which tenants come near to their limits: those that workers have nominated are watched as long as
/// they do, so that nobody has to look at all of them.
extension TenantDirectory {
  /// The tenants that used half of their share or more since the last call, and those that have a share of
  /// their own, the neediest first. Any thread may, once a second.
  ///
  /// What a tenant wanted was measured under one share, which is told with it: after ``apply(_:)`` that is
  /// the old one for a moment. Costs a look at each watched tenant, of which there are at most
  /// ``AdmissionLimits/watchedTenants``, and at each that has a share of its own.
  ///
  /// - Parameters:
  ///   - limit: the most tenants that are told.
  ///   - now: the time; of a tenant that was looked at less than 100 ms ago, that is said again.
  /// - Returns: what they want; in the order of what they want of what they have.
  public func demands(limit: Int, now: MonotonicTime) -> [TenantDemand] {
    let standard = common.standardShare.pointee.load(ordering: .relaxed)
    let demands = state.withLock { state in
      for worker in 0..<workers {
        while let (place, generation) = common.nominations[worker].take() {
          let share = state.cell(at: place).pointee.share(standard: standard)
          state.watch(
            place, generation: generation, share: share, isNear: true, now: now.nanoseconds)
        }
      }
      state.lookAtWatched(now: now.nanoseconds, standard: standard)
      return state.demands
    }
    return Array(demands.prefix(max(limit, 0)))
  }
}
