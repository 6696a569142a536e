import Glibc
import LocalFleet
import ShardMap

/// The router program built with the tests, with a configuration that is changed while it runs; killed when nobody has it.
final class ReloadedRouter {
  struct Failure: Error { let text: String }

  private let folder: TemporaryFolder
  private let process: ChildProcess
  let path: String

  /// Starts it in front of a server, with one worker, a listener, an admin console, and these lines.
  init(serverPort: UInt16, _ lines: String) async throws {
    folder = try TemporaryFolder()
    try SmallMap.publish(version: 1, to: folder.map, port: serverPort)
    path = folder.path + "/router.yaml"
    try folder.write(Array(Self.text(folder.map, lines).utf8), to: "router.yaml")
    process = try ChildProcess(Launch(RouterProcess.executable, ["--config", path]))
    try await logged("(admin)")
  }

  deinit { process.signal(SIGKILL) }

  /// The file has four lines before these.
  private static func text(_ map: String, _ lines: String) -> String {
    """
    map: \(map)
    workers: 1
    admin: { address: "127.0.0.1:0", users: [olga], authentication: trust }
    listeners: [{ address: "127.0.0.1:0", protocol: postgres }]

    """ + lines
  }

  /// Writes the file again with other lines.
  func write(_ lines: String) throws {
    try folder.write(Array(Self.text(folder.map, lines).utf8), to: "next")
    guard rename(folder.path + "/next", path) == 0 else { throw Failure(text: "rename") }
  }

  func signal(_ number: Int32) { process.signal(number) }

  var log: String { process.errorOutput }

  /// Waits until the log has a text.
  func logged(_ text: String) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !log.contains(text) {
      guard process.isRunning, ContinuousClock.now < deadline else { throw Failure(text: log) }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Where it listens for clients, or for the console.
  func address(_ spoken: String) throws -> SocketAddress {
    for line in log.split(separator: "\n") where line.hasSuffix("(\(spoken))") {
      if let address = line.split(separator: " ").dropLast().last.flatMap({ SocketAddress($0) }) {
        return address
      }
    }
    throw Failure(text: log)
  }

  /// A setting as SHOW CONFIG has it.
  func setting(_ key: String) throws -> String? {
    let console = try AdminClient(to: address("admin"))
    return try console.table("SHOW CONFIG").first { $0["key"] == key }?["value"]
  }
}
