import DataPlane
import Foundation
import Uring
import Yams

/// The configuration file, read and checked.
struct RouterFile {
  let settings: RouterSettings
  let logLevel: String
  /// Kernel features to do without.
  let unusedFeatures: Set<Capabilities.Feature>

  /// Reads a file; whatever is wrong is said with its line.
  static func load(_ path: String) throws -> RouterFile {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ConfigurationError(
        path: path, line: nil, text: "can't be read: check that it exists and is UTF-8 text")
    }
    let lines = YAMLLines(text)
    do {
      let decoded = try YAMLDecoder().decode(RouterYAML.self, from: text)
      try RouterYAML.rejectUnknownKeys(lines.root)
      return try decoded.checked()
    } catch let error as FieldError {
      throw ConfigurationError(
        path: path, line: lines.line(of: error.field), text: "\(error.field): \(error.text)")
    } catch let error as DecodingError {
      let field = FieldError(error)
      throw ConfigurationError(
        path: path, line: lines.line(of: field.field), text: "\(field.field): \(field.text)")
    } catch let error as YamlError {
      throw ConfigurationError(path: path, line: nil, text: "\(error)")
    }
  }
}

/// A fault in the configuration, with its place.
struct ConfigurationError: Error, CustomStringConvertible {
  let path: String
  let line: Int?
  let text: String
  var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(text)" }
}

/// A fault in one field, named by its path, as `listeners[0].address`.
struct FieldError: Error {
  let field: String
  let text: String

  init(_ field: String, _ text: String) {
    self.field = field
    self.text = text
  }

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

/// Finds the line on which a field stands.
struct YAMLLines {
  let root: Node?

  init(_ text: String) { root = try? Yams.compose(yaml: text) }

  /// The line of the field, or of the nearest one above it that is there.
  func line(of field: String) -> Int? {
    var node = root
    var line = root?.mark?.line
    for step in field.split(whereSeparator: { ".[]".contains($0) }) {
      guard let here = node else { break }
      if let index = Int(step), let sequence = here.sequence, index < sequence.count {
        node = sequence[index]
      } else {
        line = here.mapping?.keys.first { $0.string == String(step) }?.mark?.line ?? line
        node = here.mapping?[Node(String(step))]
      }
      line = node?.mark?.line ?? line
    }
    return line
  }
}
