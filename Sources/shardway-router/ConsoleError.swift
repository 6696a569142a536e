import Foundation

/// Errors as the person who starts the router sees them: one line on standard error.
enum ConsoleError {
  /// What the process ends with when it can't start.
  static let exitCode: Int32 = 1

  static func print(_ error: any Error) {
    FileHandle.standardError.write(Data("shardway-router: \(error)\n".utf8))
  }
}
