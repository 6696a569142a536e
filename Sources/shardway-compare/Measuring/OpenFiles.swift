internal import Glibc

/// How many files this process, and those it starts, may have open.
enum OpenFiles {
  /// Raises the limit as far as it is allowed; what is too low shows in the blocks.
  static func raise(to wanted: UInt64) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = min(max(limit.rlim_cur, rlim_t(wanted)), limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
