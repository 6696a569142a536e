internal import ArgumentParser
internal import Console
internal import Foundation
internal import LocalFleet

/// How every command ends.
///
/// | status | meaning |
/// |---|---|
/// | 0 | all objectives hold, or there was none |
/// | 1 | an objective does not hold |
/// | 2 | it could not be done |
/// | 64 | the command line is wrong |
/// | 130 | interrupted; what had been measured is reported |
enum BenchExit {
  static let missed = ExitCode(1)
  static let impossible = ExitCode(2)
  static let interrupted = ExitCode(130)

  /// Runs a command's work; Ctrl-C and SIGTERM cancel it.
  static func run<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    do {
      return try await Interruption.cancelling(work)
    } catch is CancellationError {
      Terminal.standard.line("interrupted; nothing was measured, and nothing is left running")
      throw interrupted
    } catch FleetError.cancelled, BenchError.fleet(.cancelled) {
      Terminal.standard.line("interrupted; nothing was measured, and nothing is left running")
      throw interrupted
    } catch let error as BenchError {
      throw failed("\(error)")
    } catch let error as FleetError {
      throw failed("\(error)")
    }
  }

  /// Does what comes before any work; a failure is told.
  static func orFail<Result>(_ body: () throws(BenchError) -> Result) throws -> Result {
    do { return try body() } catch { throw failed("\(error)") }
  }

  private static func failed(_ text: String) -> ExitCode {
    // On a line of its own, behind whatever a status line shows.
    Terminal.standard.line()
    FileHandle.standardError.write(Data("shardway-bench: \(text)\n".utf8))
    return impossible
  }
}
