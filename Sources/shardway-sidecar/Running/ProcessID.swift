import Glibc

/// This process's number.
enum ProcessID {
  static let own = getpid()
}
