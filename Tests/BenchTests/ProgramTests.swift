import Foundation
import LoadReport
import LoadResults
import LocalFleet
import Testing

/// The program itself, against its own null server: what it writes, and how it ends.
@Suite struct ProgramTests {
  @Test func `objectives that hold end with 0, and all files are written`() async throws {
    try await withBackend { backend, folder in
      let scenario = try backend.scenario("p99 < 10 s for app", in: folder)
      let result = try await backend.program(
        "run", scenario, "--json", "\(folder)/a.json", "--html", "\(folder)/a.html", "--hgrm",
        "\(folder)/a", "--log", "\(folder)/a.csv")
      #expect(result.status == .exited(code: 0), "\(result.output) \(result.errorOutput)")
      let run = try ResultFile.read("\(folder)/a.json")
      #expect(run.ending == .complete)
      #expect(run.loads[0].due == run.loads[0].completed)
      #expect(run.loads[0].due > 0)
      #expect(exists("\(folder)/a.html") && exists("\(folder)/a/app.hgrm"))
      let lines = try String(contentsOfFile: "\(folder)/a.csv", encoding: .utf8)
        .split(separator: "\n")
      #expect(lines.count >= run.loads[0].due)

      let again = try await backend.program("report", "\(folder)/a.json", "--html", "\(folder)/b")
      #expect(again.status.isSuccess)
      #expect(
        FileManager.default.contentsEqual(atPath: "\(folder)/a.html", andPath: "\(folder)/b"))
      let compared = try await backend.program("compare", "\(folder)/a.json", "\(folder)/a.json")
      #expect(compared.status.isSuccess, "\(compared.errorOutput)")
    }
  }

  @Test func `without options the files go to a fresh folder, and none is made for nothing`()
    async throws
  {
    try await withBackend { backend, folder in
      let scenario = try backend.scenario("p99 < 10 s for app", in: folder)
      func made() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.contains(".") }
      }
      let nowhere = try await backend.program(
        "run", scenario, "--json", "\(folder)/new/a.json", "--html", "\(scenario)/a.html")
      #expect(nowhere.status == .exited(code: 2))
      #expect(nowhere.errorOutput.contains("scenario.yaml is no folder"))
      #expect(try made() == [])

      let script = "cd \(folder) && exec \(Program.path) run \(scenario)"
      let result = try await Command.result(of: Launch("/bin/sh", ["-c", script]))
      #expect(result.status.isSuccess, "\(result.errorOutput)")
      let fresh = try #require(try made().first)
      #expect(fresh.hasPrefix("test-"))
      #expect(exists("\(folder)/\(fresh)/result.json"))
      #expect(exists("\(folder)/\(fresh)/report.html"))
      #expect(result.output.contains("\(fresh)/report.html"))
    }
  }

  @Test func `an objective that breaks ends with 1`() async throws {
    try await withBackend { backend, folder in
      let broken = try backend.scenario("p99 < 1 us for app", in: folder)
      #expect(
        try await backend.program("run", broken, "--json", "\(folder)/a.json").status
          == .exited(code: 1))
    }
  }

  @Test func `an interrupted run ends with 130, and is reported`() async throws {
    try await withBackend { backend, folder in
      let scenario = try backend.scenario("p99 < 10 s for app", in: folder, duration: "600s")
      let json = "\(folder)/a.json"
      let process = try backend.start(["run", scenario, "--json", json])
      try await eventually("the measurement") { process.output.contains("measuring") }
      process.signal(SIGINT)
      #expect(await process.wait() == .exited(code: 130), "\(process.errorOutput)")
      let run = try ResultFile.read(json)
      #expect(run.ending == .interrupted)
      #expect(run.loads[0].due > 0)
    }
  }

  @Test func `one that is interrupted before it measures writes nothing, and begins no fault`()
    async throws
  {
    try await withBackend { backend, folder in
      let scenario = try backend.scenario(
        "p99 < 10 s for app", in: folder, warmUp: "600s",
        more: "faults: [{ at: 0s, run: \"touch \(folder)/fault\" }]")
      let json = "\(folder)/a.json"
      try "older".write(toFile: json, atomically: true, encoding: .utf8)
      let process = try backend.start(["run", scenario, "--json", json])
      try await eventually("the warm-up") { process.output.contains("warm-up") }
      process.signal(SIGINT)
      #expect(await process.wait() == .exited(code: 130), "\(process.errorOutput)")
      #expect(try String(contentsOfFile: json, encoding: .utf8) == "older")
      #expect(!exists("\(folder)/fault"))
    }
  }

  @Test func `a target that vanishes is errors, and the report is written`() async throws {
    try await withBackend { backend, folder in
      let scenario = try backend.scenario(
        "error rate < 1 %", in: folder, duration: "12s", timeout: "1s",
        more: "faults: [{ at: 6s, run: \"kill -9 \(backend.process.pid)\" }]")
      let json = "\(folder)/a.json"
      let result = try await backend.program("run", scenario, "--json", json)
      #expect(result.status == .exited(code: 1), "\(result.errorOutput)")
      let load = try ResultFile.read(json).loads[0]
      #expect(load.completed > 0)
      #expect(load.due == load.completed + load.errors.values.reduce(0, +))
      #expect(load.due > load.completed)
    }
  }

  @Test func `what can't be run ends with 2 before any load, and says where`() async throws {
    try await withFolder { folder in
      let path = "\(folder)/wrong.yaml"
      try "name: wrong\nduration: 2s\nlaods: []\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      let unknown = try await Program.run(["run", path, "--target", "127.0.0.1:1"])
      #expect(unknown.status == .exited(code: 2))
      #expect(unknown.errorOutput.contains("wrong.yaml:"))
      let missing = try await Program.run(["run", "\(folder)/none.yaml", "--fleet"])
      #expect(missing.status == .exited(code: 2))
      let strange = try await Program.run(["report", path])
      #expect(strange.status == .exited(code: 2))
      let both = try await Program.run(["run", path, "--fleet", "--target", "127.0.0.1:1"])
      #expect(both.status == .exited(code: 64))
    }
  }

  @Test func `a closed loop is measured, and the limit of a slow server found`() async throws {
    try await withBackend(["--delay", "100ms"]) { backend, folder in
      let json = "\(folder)/a.json"
      let saturated = try await backend.program(
        "saturate", "--target", "127.0.0.1:\(backend.port)", "--connections", "4", "--duration",
        "7s", "--json", json)
      #expect(saturated.status.isSuccess, "\(saturated.errorOutput)")
      // Four connections, 100 ms each or more.
      let load = try ResultFile.read(json).loads[0]
      #expect((1...280).contains(load.completed), "\(load.completed)")

      // Four connections take 40 a second at most: of 90, half wait for longer than this.
      let scenario = try backend.scenario("p50 < 500 ms for app", in: folder, timeout: "1s")
      let found = try await backend.program(
        "find-limit", scenario, "--from", "10", "--to", "200", "--step-seconds", "2", "--json",
        json, "--html", "\(folder)/a.html")
      #expect(found.status.isSuccess, "\(found.errorOutput)")
      let limit = try JSONDecoder().decode(
        LimitResult.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
      let held = try #require(limit.limit)
      #expect(held < 90)
      #expect(try #require(limit.broke) > max(held, 20))
      #expect(!limit.brokeFirst.isEmpty)
    }
  }
}

/// A running null server of the program.
struct Backend {
  let process: ChildProcess
  let port: UInt16

  /// A scenario for it: a hundred transactions a second on four connections.
  func scenario(
    _ objective: String, in folder: String, warmUp: String = "200ms", duration: String = "2s",
    timeout: String = "60s", more: String = ""
  ) throws -> String {
    let path = "\(folder)/scenario.yaml"
    try """
    name: test
    target: { address: "127.0.0.1:\(port)" }
    warmUp: \(warmUp)
    duration: \(duration)
    window: 500ms
    transactionTimeout: \(timeout)
    connectTimeout: 60s
    loads:
      - { name: app, tenants: [acme], connections: 4, rate: 100/s, mix: [{ run: select-only }] }
    objectives: ["\(objective)"]
    \(more)

    """.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Runs the program to its end.
  func program(_ arguments: String...) async throws -> CommandResult {
    try await Program.run(arguments)
  }

  /// Starts the program.
  func start(_ arguments: [String]) throws -> ChildProcess {
    try ChildProcess(Launch(Program.path, arguments))
  }
}

/// The program that was built with the tests.
enum Program {
  static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("shardway-bench").path

  static func run(_ arguments: [String]) async throws -> CommandResult {
    try await Command.result(of: Launch(path, arguments))
  }
}

/// Runs `body` with a null server and a folder.
func withBackend(
  _ options: [String] = [], _ body: (Backend, String) async throws -> Void
) async throws {
  let process = try ChildProcess(Launch(Program.path, ["backend", "--port", "0"] + options))
  defer { process.signal(SIGKILL) }
  try await eventually("the null server listens") { process.output.contains("listening") }
  let port = process.output.firstMatch(of: #/:(\d+) \(/#).flatMap { UInt16($0.1) }
  let backend = Backend(process: process, port: try #require(port))
  try await withFolder { try await body(backend, $0) }
}
