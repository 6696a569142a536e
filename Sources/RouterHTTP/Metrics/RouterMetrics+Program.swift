internal import DataPlane
internal import Files
internal import Glibc
internal import Routing

/// The program: its version, what it takes of the machine, and the scrapes themselves.
extension RouterMetrics {
  func writeProgram(to text: inout MetricsText) {
    text.family("shardway_build_info", .gauge, "1, with the program's version.")
    text.sample(.count(1 as UInt64), "version", view.version)
    let process = ProcessReading()
    text.family("process_cpu_seconds", .counter, "Processor time, of user and system.")
    text.sample(.nanoseconds(process.cpuNanoseconds))
    text.family("process_resident_memory_bytes", .gauge, "Memory that is in use.")
    text.sample(.count(process.residentBytes))
    text.family("process_virtual_memory_bytes", .gauge, "Addresses that are taken.")
    text.sample(.count(process.virtualBytes))
    text.family("process_open_fds", .gauge, "Open descriptors.")
    text.sample(.count(process.openDescriptors))
    text.family("process_max_fds", .gauge, "Descriptors that may be open.")
    text.sample(.count(process.maximumDescriptors))
    text.family("process_start_time_seconds", .gauge, "When the router began, since 1970.")
    let uptime = Double(now.nanoseconds(since: view.startedAt)) / 1e9
    text.sample(.number(Double(LiveClock.wallMicroseconds) / 1e6 - uptime))
    text.family("shardway_scrapes", .counter, "Scrapes that were begun.")
    text.sample(.count(scrapes.served))
    text.family("shardway_scrapes_refused", .counter, "Scrapes refused: too many at a time.")
    text.sample(.count(scrapes.refused))
  }
}

/// What the process takes of the machine. What can't be read is 0.
struct ProcessReading {
  let cpuNanoseconds: UInt64
  let residentBytes: UInt64
  let virtualBytes: UInt64
  let openDescriptors: UInt64
  let maximumDescriptors: UInt64

  init() {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    cpuNanoseconds = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    let pages = Self.numbers(in: "/proc/self/statm")
    let pageBytes = UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 0))
    virtualBytes = (pages.first ?? 0) * pageBytes
    residentBytes = (pages.dropFirst().first ?? 0) * pageBytes
    openDescriptors = Self.entryCount(of: "/proc/self/fd")
    var limit = rlimit()
    maximumDescriptors =
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
      ? UInt64(limit.rlim_cur) : 0
  }

  /// Entries of a folder, but for itself, the one above it, and the descriptor that reads it: there may
  /// be hundreds of thousands, which are counted without being kept.
  private static func entryCount(of path: String) -> UInt64 {
    guard let folder = opendir(path) else { return 0 }
    defer { closedir(folder) }
    var count: UInt64 = 0
    while readdir(folder) != nil { count += 1 }
    return count > 3 ? count - 3 : 0
  }

  private static func numbers(in path: String) -> [UInt64] {
    (SmallFile.text(at: path) ?? "").split(separator: " ").compactMap { UInt64($0) }
  }
}
