/// Why bytes are no map document.
public struct MapDocumentError: Error, Hashable, Sendable {
  /// The field, such as `tenants[3].shard`; empty for the document itself.
  public let path: String
  /// What is wrong with it and what it should be.
  public let message: String

  init(path: String, message: String) {
    self.path = path
    self.message = message
  }
}

extension MapDocumentError: CustomStringConvertible {
  /// The path and the message in one line.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension MapDocumentError {
  /// From what a decoder throws.
  init(_ error: any Error) {
    guard let error = error as? DecodingError else {
      self.init(path: "", message: "\(error)")
      return
    }
    switch error {
    case .keyNotFound(let key, let context):
      self.init(path: Self.text(context.codingPath + [key]), message: "the field is missing")
    case .valueNotFound(let type, let context):
      self.init(
        path: Self.text(context.codingPath),
        message: "the value is null and should be \(Self.name(of: type))")
    case .typeMismatch(let type, let context):
      self.init(
        path: Self.text(context.codingPath),
        message: "the value should be \(Self.name(of: type))")
    case .dataCorrupted(let context):
      let cause = context.underlyingError.map { " (\($0))" } ?? ""
      self.init(path: Self.text(context.codingPath), message: context.debugDescription + cause)
    @unknown default:
      self.init(path: "", message: "\(error)")
    }
  }

  private static func text(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }

  /// JSON's name of what was wanted.
  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is UInt64.Type: "a whole number, 0 or more"
    case is Int.Type: "a whole number"
    case is any Collection.Type: "a list"
    default: "an object"
    }
  }
}
