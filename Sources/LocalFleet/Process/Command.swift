internal import Foundation

/// The outcome of a command that has run to its end.
public struct CommandResult: Sendable {
  /// How it ended.
  public let status: ExitStatus
  /// What it wrote to standard output.
  public let output: String
  /// What it wrote to standard error.
  public let errorOutput: String
}

/// Runs commands to their end.
public enum Command {
  /// Runs a command and waits for its end; a failure is for the caller to judge.
  ///
  /// Cancelling the task kills the process and all of its group.
  /// - Throws: `FleetError.command` when it can't be started, `.cancelled`.
  public static func result(of launch: Launch) async throws(FleetError) -> CommandResult {
    let process = try ChildProcess(launch)
    let status = await withTaskCancellationHandler {
      await process.wait()
    } onCancel: {
      process.signalGroup(SIGKILL)
    }
    if Task.isCancelled { throw .cancelled }
    return CommandResult(
      status: status, output: process.output, errorOutput: process.errorOutput)
  }

  /// Runs a command that must succeed.
  ///
  /// - Returns: its standard output.
  /// - Throws: `FleetError.command` when it can't be started or fails, `.cancelled`.
  @discardableResult
  public static func run(_ launch: Launch) async throws(FleetError) -> String {
    let result = try await result(of: launch)
    guard result.status.isSuccess else {
      throw .command(
        launch.commandLine, outcome: "\(result.status)",
        output: lastLines(of: result.errorOutput.isEmpty ? result.output : result.errorOutput))
    }
    return result.output
  }

  /// The end of a text, for messages: as many of its last lines as help and don't flood.
  static func lastLines(of text: String) -> String {
    text.split(separator: "\n").suffix(12).joined(separator: "\n")
  }

  /// The end of a file, for messages; nothing when it can't be read.
  public static func lastLines(ofFile path: String) -> String {
    lastLines(of: (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
