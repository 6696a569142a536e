/// What is wrong with an SQL file, and where.
public struct SQLScriptError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line, counted from 1.
  public let line: Int
  /// What is wrong there and what to do.
  public let reason: String

  init(_ line: Int, _ reason: String) {
    self.line = line
    self.reason = reason
  }

  /// `line 3: a quote begins here and doesn't end`.
  public var description: String { "line \(line): \(reason)" }
}
