import Glibc
import Testing

@Suite("Memory of idle sessions")
struct IdleMemoryTests {
  private static let sessions = 5_000
  /// Sessions that are there before anything is measured, so that what is made once is made.
  private static let warmUp = 64
  /// What one session may take of the router's memory, both sides.
  private static let limitBytes = 4_096
  /// Here both ends of a session are this process's: a client's descriptor and a server's.
  private static let descriptors = 2 * (sessions + warmUp) + 512

  @Test(
    "of 5,000, each takes less than 4 KiB",
    .enabled(
      if: DescriptorLimit.raise(to: descriptors), "needs a limit of \(descriptors) descriptors"))
  func idle() async throws {
    let server = try LoopbackServer()
    let router = try RouterProcess(serverPort: server.port)
    defer { router.kill() }
    let port = try await router.port()
    var clients: [QuietSession] = []
    for _ in 0..<Self.warmUp { clients.append(try QuietSession(routerPort: port, server: server)) }
    let before = try router.residentBytes()
    for _ in 0..<Self.sessions {
      clients.append(try QuietSession(routerPort: port, server: server))
    }
    let each = (try router.residentBytes() - before) / Self.sessions
    #expect(clients.count == Self.warmUp + Self.sessions)
    #expect(each < Self.limitBytes, "an idle session takes \(each) bytes")
    print("an idle session takes \(each) bytes of \(Self.limitBytes)")
  }
}

/// The limit of open descriptors of this process.
private enum DescriptorLimit {
  /// Raises the limit where that is allowed; whether there are that many now.
  static func raise(to count: Int) -> Bool {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit.rlim_cur >= rlim_t(count)
  }
}
