import ControlPlane
import Files
import Foundation
import Glibc
import LocalFleet

/// The program built with the tests.
enum ControlProgram {
  /// Beside the program that runs the tests.
  static var path: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/shardway-control"
  }

  /// Runs a command to its end, with the folder of credentials that a service manager would name.
  static func run(
    _ arguments: [String], credentials: String? = nil
  ) async throws -> (status: ExitStatus, output: String) {
    var launch = Launch(path, arguments)
    launch.environment["CREDENTIALS_DIRECTORY"] = credentials
    let process = try ChildProcess(launch)
    let status = await process.wait()
    return (status, process.output + process.errorOutput)
  }
}

/// A folder that `init` made.
struct ControlHomeFolder: Sendable {
  let folder: FreshFolder

  var path: String { folder.path + "/home" }
  var configuration: String { path + "/control.yaml" }
  var store: String { path + "/control.sqlite" }

  init() async throws {
    folder = try FreshFolder("shardway-control")
    let made = try await ControlProgram.run([
      "init", folder.path + "/home", "--address", "127.0.0.1:0", "--json",
    ])
    guard made.status.isSuccess else { throw ProgramFailure(text: made.output) }
  }

  func token(_ role: Role) throws -> String {
    try String(contentsOfFile: path + "/\(role.rawValue).token", encoding: .utf8)
      .trimmingCharacters(in: .newlines)
  }
}

struct ProgramFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

/// A server as a process of its own.
struct ControlProcess: Sendable {
  let process: ChildProcess
  let url: String
  let token: String

  private static let startLimit: Duration = .seconds(60)

  init(_ home: ControlHomeFolder) async throws {
    process = try ChildProcess(
      Launch(ControlProgram.path, ["serve", "--config", home.configuration]))
    token = try home.token(.admin)
    let deadline = ContinuousClock.now + Self.startLimit
    while true {
      let words = process.errorOutput.split { " \n".contains($0) }
      if let url = words.last(where: { $0.hasPrefix("http://") }),
        process.errorOutput.contains("\(url)\n")
      {
        self.url = String(url)
        return
      }
      guard process.isRunning, .now < deadline else {
        process.signal(SIGKILL)
        throw ProgramFailure(text: "no server within \(Self.startLimit): \(process.errorOutput)")
      }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  func kill() async {
    process.signal(SIGKILL)
    _ = await process.wait()
  }
}
