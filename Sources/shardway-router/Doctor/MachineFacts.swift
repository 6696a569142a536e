import CClock
import DataPlane
import Files
import Glibc
import Uring

/// What the kernel and its settings are, as far as a router depends on them.
struct MachineFacts {
  /// What io_uring can do here, or why it can't be used.
  var ring: Result<Capabilities, RingError>
  /// `kernel.io_uring_disabled`: 0 for everybody, 1 for a group and the privileged, 2 for nobody; nil where
  /// the kernel has no such setting.
  var ringSetting: Int?
  /// Descriptors that this user's processes may have.
  var descriptors: UInt64
  /// Bytes that this user's processes may lock; `UInt64.max` without a limit.
  var lockableBytes: UInt64
  /// `net.core.somaxconn`: connections that may wait to be accepted.
  var acceptQueue: Int?
  /// `net.ipv4.ip_local_port_range`: ports for connections to servers.
  var localPorts: ClosedRange<Int>?
  /// Whether the clock is held right by something; nil where the kernel doesn't tell.
  var isClockSynchronized: Bool?
  /// Cores that this process may run on.
  var cores: Int

  /// Those of this machine.
  static func gather() -> MachineFacts {
    let ring: Result<Capabilities, RingError>
    do throws(RingError) { ring = .success(try Capabilities.probe()) } catch {
      ring = .failure(error)
    }
    return MachineFacts(
      ring: ring, ringSetting: number(of: "/proc/sys/kernel/io_uring_disabled"),
      descriptors: limit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue)),
      lockableBytes: limit(lockedMemory),
      acceptQueue: number(of: "/proc/sys/net/core/somaxconn"), localPorts: portRange(),
      isClockSynchronized: clockState(), cores: RouterSettings.availableCores)
  }

  /// `RLIMIT_MEMLOCK`, which Swift's Glibc leaves out.
  private static let lockedMemory: __rlimit_resource_t = 8

  private static func limit(_ resource: __rlimit_resource_t) -> UInt64 {
    var limit = rlimit()
    getrlimit(resource, &limit)
    return UInt64(limit.rlim_cur)
  }

  private static func number(of path: String) -> Int? { numbers(of: path).first }

  private static func numbers(of path: String) -> [Int] {
    guard let text = SmallFile.text(at: path) else { return [] }
    return text.split { " \t\n".contains($0) }.compactMap { Int($0) }
  }

  private static func portRange() -> ClosedRange<Int>? {
    let ends = numbers(of: "/proc/sys/net/ipv4/ip_local_port_range")
    return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
  }

  private static func clockState() -> Bool? {
    let state = shardway_clock_is_synchronized()
    return state < 0 ? nil : state == 1
  }
}
