/// A fault in a configuration file, with its place: `router.yaml:7: listeners[0].protocol: …`.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as it was named.
  public let path: String
  /// The line, counted from 1, if the fault stands on one.
  public let line: Int?
  /// The field and what is wrong with it.
  public let text: String

  /// An error as it is told.
  public init(path: String, line: Int?, text: String) {
    self.path = path
    self.line = line
    self.text = text
  }

  /// `router.yaml:7: listeners[0].protocol: must be postgres or tcp`.
  public var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(text)" }
}

/// A fault in one field, named by its path, as `listeners[0].address`.
public struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The field's path; empty for the file as a whole.
  public let field: String
  /// What is wrong, to be read after the field's name.
  public let text: String

  /// An error of a field.
  public init(_ field: String, _ text: String) {
    self.field = field
    self.text = text
  }

  /// `listeners[0].protocol: must be postgres or tcp`.
  public var description: String { field.isEmpty ? text : "\(field): \(text)" }

  /// What the decoder found.
  init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self.init(Self.path(context.codingPath + [key]), "is missing")
    case .typeMismatch(let type, let context):
      self.init(Self.path(context.codingPath), "is not of type \(type)")
    case .valueNotFound(_, let context):
      self.init(Self.path(context.codingPath), "has no value")
    case .dataCorrupted(let context):
      let cause = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      self.init(Self.path(context.codingPath), cause)
    @unknown default:
      self.init("", "\(error)")
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }
}
