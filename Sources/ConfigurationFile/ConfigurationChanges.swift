internal import Yams

/// What differs between two texts of a configuration file.
public enum ConfigurationChanges {
  /// A field that has another value, is new, or is gone.
  public struct Change: Hashable, Sendable {
    /// The field's path, as `pooling.serversPerPool`.
    public let field: String
    /// Its line in the newer text; nil where it is gone.
    public let line: Int?
  }

  /// The fields that differ, in the order of the newer text; those that are gone last. Nothing where one text is no YAML.
  public static func between(_ older: String, _ newer: String) -> [Change] {
    guard let before = try? Yams.compose(yaml: older), let after = try? Yams.compose(yaml: newer)
    else { return [] }
    let old = values(of: before, path: "")
    let new = values(of: after, path: "")
    let known = Dictionary(old.map { ($0.field, $0.value) }, uniquingKeysWith: { one, _ in one })
    let changed = new.filter { known[$0.field] != $0.value }
      .map { Change(field: $0.field, line: $0.line) }
    let left = Set(new.map(\.field))
    return changed
      + old.filter { !left.contains($0.field) }.map { Change(field: $0.field, line: nil) }
  }

  private struct Value {
    let field: String
    let value: String
    let line: Int?
  }

  /// All single values of a tree.
  private static func values(of node: Node, path: String) -> [Value] {
    if let mapping = node.mapping {
      return mapping.flatMap { key, value in
        values(of: value, path: path.isEmpty ? key.string ?? "?" : "\(path).\(key.string ?? "?")")
      }
    }
    if let sequence = node.sequence {
      return sequence.enumerated().flatMap { values(of: $0.element, path: "\(path)[\($0.offset)]") }
    }
    return [Value(field: path, value: node.string ?? "", line: node.mark?.line)]
  }
}
