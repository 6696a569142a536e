import Glibc
import LocalFleet
import ShardMap

/// The router program built with the tests, with one worker, in front of one server.
struct RouterProcess {
  struct Failure: Error { let text: String }

  private let folder: TemporaryFolder
  private let process: ChildProcess

  /// Starts it; with a freshness page, which is made here, when `preparePage` is given.
  init(
    serverPort: UInt16, preparePage: ((_ path: String) throws -> Void)? = nil
  ) throws {
    folder = try TemporaryFolder()
    try SmallMap.publish(version: 1, to: folder.map, port: serverPort)
    var configuration = """
      map: \(folder.map)
      workers: 1
      listeners: [{ address: "127.0.0.1:0", protocol: postgres }]
      """
    if let preparePage {
      try preparePage(folder.page)
      configuration += "\nfreshness: { page: \(folder.page) }"
    }
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
  static var executable: String {
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
