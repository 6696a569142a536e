internal import Dispatch
internal import Glibc

/// Turns Ctrl-C and SIGTERM into the cancellation of a task.
///
/// The signals stay caught for the rest of the process's life: a second Ctrl-C must not cut short
/// the cleaning up that the first one started.
public enum Interruption {
  /// Runs `work` in a task that SIGINT, SIGTERM or SIGHUP cancel.
  public static func cancelling<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { task.cancel() }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return try await task.value
  }
}
