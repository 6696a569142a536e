import ArgumentParser
import Foundation

/// Errors as the person at the terminal sees them: one line on standard error, exit code 1.
enum ConsoleError {
  static func telling(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let code as ExitCode {
      throw code
    } catch {
      FileHandle.standardError.write(Data("shardway-control: \(error)\n".utf8))
      throw ExitCode.failure
    }
  }
}

/// A fault that has no type of its own.
struct PlainError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
