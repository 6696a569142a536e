import Glibc

/// The machine's processes.
enum ProcessTable {
  /// Whether there is a process of this number, anybody's.
  static func has(_ pid: Int32) -> Bool { pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) }
}
