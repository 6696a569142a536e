import Glibc
import LocalFleet
import ShardMap
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

/// The router program built with the tests, with one worker, in front of one server.
private struct RouterProcess {
  struct Failure: Error { let text: String }

  private let folder: TemporaryFolder
  private let process: ChildProcess

  init(serverPort: UInt16) throws {
    folder = try TemporaryFolder()
    try SmallMap.publish(version: 1, to: folder.map, port: serverPort)
    let configuration = """
      map: \(folder.map)
      workers: 1
      listeners: [{ address: "127.0.0.1:0", protocol: postgres }]
      """
    let file = try folder.write(Array(configuration.utf8), to: "router.yaml")
    process = try ChildProcess(Launch(Self.executable, ["--config", file]))
  }

  func kill() { process.signal(SIGKILL) }

  /// The port it listens on, once it says so.
  func port() async throws -> UInt16 {
    while process.isRunning {
      let words = process.errorOutput.split { " \n".contains($0) }
      if let place = words.lastIndex(of: "listening"), place + 2 < words.count,
        let port = words[place + 2].split(separator: ":").last.flatMap({ UInt16($0) })
      {
        return port
      }
      await Task.yield()
    }
    throw Failure(text: process.errorOutput)
  }

  /// Memory that is in use now, in bytes.
  func residentBytes() throws -> Int {
    let statistics = try ProcFile.read("/proc/\(process.pid)/statm")
    let fields = statistics.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { throw Failure(text: statistics) }
    return pages * Int(getpagesize())
  }

  /// Beside the program that runs the tests.
  private static var executable: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/shardway-router"
  }
}

private enum ProcFile {
  static func read(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw RouterProcess.Failure(text: "\(path) can't be read") }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, count in
      count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
