import Glibc

/// This process's number.
enum ProcessID {
  static let own = getpid()

  /// Whether a process of this number runs.
  static func isAlive(_ pid: Int32) -> Bool { pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) }
}
