internal import Glibc

/// The processor time of a process: user and kernel, all its threads, those that ended included.
struct ProcessClock {
  private let id: clockid_t

  /// The clock of a running process.
  init(of pid: Int32) {
    var id = clockid_t()
    let code = clock_getcpuclockid(pid, &id)
    precondition(code == 0, "processor clock of process \(pid): \(String(cString: strerror(code)))")
    self.id = id
  }

  /// What has been spent so far; the kernel keeps it to the nanosecond, not in ticks.
  var nanoseconds: UInt64 {
    var time = timespec()
    let code = clock_gettime(id, &time)
    precondition(code == 0, "the proxy has ended: \(String(cString: strerror(errno)))")
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
