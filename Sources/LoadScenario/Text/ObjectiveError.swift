/// An objective that can't be understood, or can't be fulfilled whatever happens.
public struct ObjectiveError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The objective as it was written.
  public let text: String
  /// What is wrong with it and what was expected, to be read after the text.
  public let reason: String

  init(_ text: String, _ reason: String) {
    self.text = text
    self.reason = reason
  }

  /// `"p99 < 5" needs a time after the comparison, as 5 ms, or 1.2 x alone`.
  public var description: String { "\"\(text)\" \(reason)" }
}
