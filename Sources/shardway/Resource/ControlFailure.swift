internal import ArgumentParser
internal import ControlClient

/// Turns what the control plane refused, or did not answer, into a message and an exit status.
enum ControlFailure {
  /// Runs a step; its error becomes a message, and status 1 for a refusal, 2 for anything else.
  static func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as ControlClientError {
      if error == .cancelled { throw ExitCode(130) }
      CommandOutput.complain("shardway: \(error)")
      throw error.problem == nil ? ExitCode.unusable : ExitCode.negative
    } catch is CancellationError {
      throw ExitCode(130)
    }
  }
}
