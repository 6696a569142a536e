import Glibc

/// How many descriptors the process may open.
enum DescriptorLimit {
  /// Raises the limit as far as it is allowed.
  ///
  /// - Throws: ``LoadError/tooFewDescriptors(needed:allowed:)`` when that is not enough for so many
  ///   connections.
  static func raise(forConnections connections: Int) throws(LoadError) {
    let needed = rlim_t(connections + GeneratorLimits.otherDescriptors)
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    guard limit.rlim_cur < needed else { return }
    // Root may raise the hard limit, too.
    var raised = rlimit(rlim_cur: needed, rlim_max: max(limit.rlim_max, needed))
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { return }
    throw .tooFewDescriptors(needed: Int(needed), allowed: Int(clamping: limit.rlim_max))
  }
}
