import Foundation

/// What a service manager is told of the program: systemd's notification protocol, a datagram a message (`sd_notify(3)`).
///
/// Where no manager listens nothing is sent, and nothing fails.
final class ServiceManager: Sendable {
  /// How the program is, as the protocol says it.
  enum Message: Equatable {
    /// It serves; after a reload, again.
    case ready
    /// It reads its configuration again, since this many microseconds of the monotonic clock.
    case reloading(sinceMicroseconds: UInt64)
    /// It lets go of its clients.
    case stopping
    /// It needs so many microseconds more for what it is at.
    case extend(microseconds: UInt64)
    /// Another process is the program from now on.
    case mainProcess(Int32)
    /// It turns.
    case watchdog
    /// What a person is to read of it.
    case status(String)

    /// Its line.
    var line: String {
      switch self {
      case .ready: "READY=1"
      case .reloading(let microseconds): "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
      case .stopping: "STOPPING=1"
      case .extend(let microseconds): "EXTEND_TIMEOUT_USEC=\(microseconds)"
      case .mainProcess(let processID): "MAINPID=\(processID)"
      case .watchdog: "WATCHDOG=1"
      // A second line would be another message.
      case .status(let text): "STATUS=" + text.replacing("\n", with: " ")
      }
    }
  }

  /// How often the manager wants to hear that the program turns: half of what it waits; nil where it doesn't wait.
  let watchdogInterval: Duration?
  private let path: String?

  /// Reads what the manager has left in the environment.
  init(environment: [String: String] = ProcessInfo.processInfo.environment, pid: Int32 = getpid()) {
    let path = environment["NOTIFY_SOCKET"] ?? ""
    self.path = path.hasPrefix("/") || path.hasPrefix("@") ? path : nil
    // A variable that was meant for a parent is none of this process's.
    let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(pid)" } ?? true
    let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogInterval = isMeant && limit > 0 ? .microseconds(limit / 2) : nil
  }

  /// Sends messages together, so that they hold at the same moment. Never waits.
  func tell(_ messages: Message...) {
    guard let path, var address = Self.address(path) else { return }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let text = Array(messages.map(\.line).joined(separator: "\n").utf8)
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
    // One that isn't taken is not worth an error: the next comes soon, or the manager has gone.
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
  }

  /// The socket's address; nil when the path is too long for one. One that begins with `@` is in the abstract namespace.
  private static func address(_ path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return address
  }
}
