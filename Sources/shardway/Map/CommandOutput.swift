import ArgumentParser
import Foundation

/// The exit statuses of `shardway map` besides 0 and ArgumentParser's 64 for wrong usage.
extension ExitCode {
  /// The question was answered, and the answer is no.
  static let negative = ExitCode(1)
  /// The question couldn't be answered.
  static let unusable = ExitCode(2)
}

/// Writes what a command has to say: answers to standard output, complaints to standard error.
enum CommandOutput {
  static func complain(_ message: String) {
    FileHandle.standardError.write(Data((message + "\n").utf8))
  }

  /// Runs a step; its error becomes a message and an exit status.
  static func orFail<Value, Failure: Error>(
    _ status: ExitCode = .unusable, _ body: () throws(Failure) -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch {
      complain("shardway: \(error)")
      throw status
    }
  }

  /// The same for a step that waits.
  static func orFailAsync<Value>(
    _ status: ExitCode = .unusable, _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await body()
    } catch let error as ExitCode {
      throw error
    } catch is CancellationError {
      throw ExitCode(130)
    } catch {
      complain("shardway: \(error)")
      throw status
    }
  }

  static func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
