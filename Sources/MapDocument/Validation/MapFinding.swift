/// One thing that is wrong with a document.
public struct MapFinding: Hashable, Sendable {
  /// The field, such as `shards[2].primary`.
  public let path: String
  /// What is wrong.
  public let message: String
  /// What to do about it.
  public let hint: String

  /// A finding from its parts.
  public init(path: String, message: String, hint: String) {
    self.path = path
    self.message = message
    self.hint = hint
  }
}

extension MapFinding: CustomStringConvertible {
  /// Path, message and hint in one line.
  public var description: String { "\(path): \(message); \(hint)" }
}
