import Foundation
import Glibc
import LocalFleet
import Testing

/// Whoever reads the router's telemetry stops doing so: that is its own loss, and nobody else's.
@Suite struct BlockedReaderTests {
  @Test func `a collector that never answers and a log that nobody reads leave traffic as it is`()
    async throws
  {
    let collector = try SilentCollector()
    let fleet = try await World.fleet
    let wrapper = try await Self.wrapper(in: fleet)
    var options = World.pooled(workers: 1)
    options.executable = wrapper.path
    options.sections["tracing"] =
      "{ endpoint: \"http://127.0.0.1:\(collector.port)\", sample: 100%, queue: 16 }"
    try await withRouter(options, name: "blocked") { fleet, router in
      let reader = try #require(
        Int32(
          String(contentsOf: wrapper.readerFile, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)))
      defer { kill(reader, SIGCONT) }
      let script = try fleet.write("SELECT 1;\n", to: "blocked.sql")
      kill(reader, SIGSTOP)
      try await eventually("the reader stands still") { try stateOfProcess(reader) == "T" }
      let silent = router.log.utf8.count
      let held = try await Self.fillPipe(of: reader, by: router)
      let run = PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: fleet.tenants[0]))
      try await run.run(["-n", "-c", "4", "-t", "250", "-f", script])
      // New sessions are let in as well.
      let answer = try await fleet.query("SELECT 1", at: router.conninfo(to: fleet.tenants[1]))
      #expect(answer == "1" && router.log.utf8.count == silent)

      kill(reader, SIGCONT)
      try await eventually("the counters") {
        router.process.signal(SIGUSR1)
        return Self.last("traces_dropped", router) ?? 0 > 0
      }
      // What waited for the reader has come, and more.
      #expect(router.log.utf8.count > silent + held)
      #expect(Self.last("traces_exported", router) == 0)
      #expect(Self.last("requests_failed", router) ?? 0 == 0)
    }
  }

  /// Has a router log its counters until the pipe to the reader holds no more of them.
  ///
  /// - Returns: how many bytes the pipe holds.
  private static func fillPipe(of reader: Int32, by router: LocalRouter) async throws -> Int {
    // The end that is read is opened again, as one to be written to: only that tells of room.
    let pipe = open("/proc/\(reader)/fd/0", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard pipe >= 0 else { throw Missing(what: "the pipe: \(String(cString: strerror(errno)))") }
    defer { close(pipe) }
    try await eventually("the pipe is full") {
      router.process.signal(SIGUSR1)
      var room = pollfd(fd: pipe, events: Int16(POLLOUT), revents: 0)
      return poll(&room, 1, 0) == 0
    }
    var held: Int32 = 0
    guard ioctl(pipe, UInt(FIONREAD), &held) == 0 else { throw Missing(what: "its size") }
    return Int(held)
  }

  /// A counter as the log told it last.
  private static func last(_ name: String, _ router: LocalRouter) -> Int? {
    let parts = router.log.components(separatedBy: " \(name)=")
    return parts.count > 1 ? Int(parts[parts.count - 1].prefix { $0.isNumber }) : nil
  }

  /// A program that is the router, whose standard error is a pipe to another process that copies it.
  private static func wrapper(in fleet: Fleet) async throws -> (path: String, readerFile: URL) {
    let reader = "\(fleet.path)/blocked.reader"
    let script = """
      #!/bin/bash
      exec 3>&2 2> >(exec cat >&3)
      echo $! > '\(reader)'
      exec '\(URL(fileURLWithPath: World.routerExecutable).path)' "$@"
      """
    // A program that somebody has open for writing can't be started, and each child that a test
    // has just started has open what this process has. So it is written by a child.
    let path = "\(fleet.path)/blocked-router"
    let text = try fleet.write(script, to: "blocked-router.sh")
    try await Command.run(Launch("/bin/cp", [text, path]))
    chmod(path, 0o755)
    return (path, URL(fileURLWithPath: reader))
  }
}

/// A collector that lets clients connect, and says nothing.
private final class SilentCollector: Sendable {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isListening else { throw Missing(what: "a port to listen at") }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }
}
