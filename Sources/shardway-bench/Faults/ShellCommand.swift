internal import Foundation
internal import LocalFleet

/// A command line of a scenario, run by `/bin/sh`.
enum ShellCommand {
  /// Runs it to its end, with this program's environment; cancelling the task kills it and all
  /// that it has started.
  ///
  /// - Throws: `FleetError.command` with the end of what it said when it fails, `.cancelled`.
  static func run(_ line: String) async throws(FleetError) {
    try await Command.run(
      Launch("/bin/sh", ["-c", line], environment: ProcessInfo.processInfo.environment))
  }
}
