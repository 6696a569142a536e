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
    let wrapper = try Self.wrapper(in: fleet)
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
      // Each signal has the router log its counters: a few dozen lines are more than a pipe holds.
      for _ in 0..<300 {
        router.process.signal(SIGUSR1)
        try await Task.sleep(for: .milliseconds(2))
      }
      let silent = router.log.utf8.count
      let run = PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: fleet.tenants[0]))
      try await run.run(["-n", "-c", "4", "-t", "250", "-f", script])
      // New sessions are let in as well.
      let answer = try await fleet.query("SELECT 1", at: router.conninfo(to: fleet.tenants[1]))
      #expect(answer == "1" && router.log.utf8.count == silent)

      kill(reader, SIGCONT)
      try await eventually(within: .seconds(20), "the counters") {
        router.process.signal(SIGUSR1)
        return Self.last("traces_dropped", router) ?? 0 > 0
      }
      #expect(router.log.utf8.count > silent + 65_536)
      #expect(Self.last("traces_exported", router) == 0)
      #expect(Self.last("requests_failed", router) ?? 0 == 0)
    }
  }

  /// A counter as the log told it last.
  private static func last(_ name: String, _ router: LocalRouter) -> Int? {
    let parts = router.log.components(separatedBy: " \(name)=")
    return parts.count > 1 ? Int(parts[parts.count - 1].prefix { $0.isNumber }) : nil
  }

  /// A program that is the router, whose standard error is a pipe to another process that copies it.
  private static func wrapper(in fleet: Fleet) throws -> (path: String, readerFile: URL) {
    let reader = "\(fleet.path)/blocked.reader"
    let script = """
      #!/bin/bash
      exec 3>&2 2> >(exec cat >&3)
      echo $! > '\(reader)'
      exec '\(URL(fileURLWithPath: World.routerExecutable).path)' "$@"
      """
    let path = try fleet.write(script, to: "blocked-router")
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
