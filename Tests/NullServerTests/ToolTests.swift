import Processes
import Testing

@testable import NullServer

/// PostgreSQL's own clients, where they are installed.
@Suite struct ToolTests {
  @Test(.enabled(if: Tool.isInstalled("psql")))
  func `psql is served`() throws {
    let running = try RunningServer()
    let result = try Tool.run(
      "psql",
      [
        "-h", "127.0.0.1", "-p", "\(running.server.port)", "-U", "ann", "-d", "any", "-X", "-A",
        "-t",
        "-c", "SELECT 42", "-c", "BEGIN; SELECT repeat('x', 5); COMMIT", "-c", "SHOW TimeZone",
      ])
    #expect(result.output == "42\nBEGIN\nxxxxx\nCOMMIT\nEtc/UTC\n")
    #expect(result.code == 0)
  }

  @Test(.enabled(if: Tool.isInstalled("pgbench")), arguments: ["simple", "extended", "prepared"])
  func `pgbench runs in every mode`(mode: String) throws {
    let running = try RunningServer()
    for script in [["-S"], ["-b", "tpcb-like"], ["-b", "simple-update", "-C"]] {
      let result = try Tool.run(
        "pgbench",
        [
          "-h", "127.0.0.1", "-p", "\(running.server.port)", "-U", "ann", "-n", "-M", mode, "-c",
          "3", "-t", "20",
        ] + script + ["any"])
      #expect(result.code == 0, "\(result.errorOutput)")
      #expect(result.output.contains("number of transactions actually processed: 60/60"))
    }
    #expect(running.server.counters.statements >= 60 + 60 * 7 + 60 * 5)
  }
}

/// Programs that the tests run.
enum Tool {
  static func isInstalled(_ name: String) -> Bool {
    (try? run("which", [name]).code) == 0
  }

  static func run(_ name: String, _ arguments: [String]) throws -> ShortCommand.Result {
    try ShortCommand.run(name, arguments)
  }
}
