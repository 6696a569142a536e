internal import Glibc

/// How many files this process, and those it starts, may have open.
enum OpenFiles {
  /// Raises the limit as far as needed.
  ///
  /// - Throws: ``ComparisonError/tooFewFiles(needed:allowed:)``.
  static func raise(to needed: UInt64) throws(ComparisonError) {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    getrlimit(resource, &limit)
    guard limit.rlim_cur < needed else { return }
    limit.rlim_cur = rlim_t(needed)
    limit.rlim_max = max(limit.rlim_max, limit.rlim_cur)
    if setrlimit(resource, &limit) != 0 {
      getrlimit(resource, &limit)
      throw .tooFewFiles(needed: needed, allowed: UInt64(limit.rlim_max))
    }
  }
}
