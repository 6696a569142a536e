import Glibc
import LocalFleet

/// A `psql` that stays connected and is given one statement after the other.
final class PsqlSession {
  private let process: ChildProcess
  private var marks = 0
  private var read = 0

  init(_ conninfo: Conninfo, in fleet: Fleet) throws {
    var launch = fleet.psql("", at: conninfo)
    launch.input = .pipe
    process = try ChildProcess(launch)
  }

  deinit { process.signal(SIGKILL) }

  /// Runs statements, the last one without its semicolon, and returns what psql printed for them.
  func query(_ statement: String) async throws -> String {
    marks += 1
    let mark = "-- answer \(marks)\n"
    process.write("\(statement);\n\\echo '\(mark.dropLast())'\n")
    try await eventually(within: .seconds(60), "an answer to \(statement)") {
      process.output.hasSuffix(mark) || !process.isRunning
    }
    let output = process.output
    guard output.hasSuffix(mark) else {
      throw FleetError.command("psql", outcome: "ended", output: process.errorOutput)
    }
    defer { read = output.utf8.count }
    let answer = output.utf8.dropFirst(read).dropLast(mark.utf8.count)
    return String(decoding: answer, as: UTF8.self).trimmingSuffix("\n")
  }

  /// Ends the input, so that psql disconnects in order.
  func close() async -> ExitStatus {
    process.closeInput()
    return await process.wait()
  }

  /// What psql wrote to standard error so far.
  var errors: String { process.errorOutput }
}

extension String {
  /// The string without one `suffix` at its end.
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
