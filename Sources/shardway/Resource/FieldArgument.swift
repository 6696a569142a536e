internal import ArgumentParser
internal import ControlClient

/// `name=value`: a field of a resource as people write it.
///
/// `a.b=v` is a field inside of another. What is between the commas of a list field are its
/// elements. An empty value takes the field away (RFC 7396), and it gets its default again.
struct FieldArgument: ExpressibleByArgument, Hashable, Sendable {
  let path: [String]
  let value: JSONValue

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    let path = argument[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    guard path.allSatisfy({ !$0.isEmpty }), !path.isEmpty else { return nil }
    self.path = path.map(String.init)
    value = Self.value(String(argument[argument.index(after: equals)...]), of: self.path)
  }

  /// A field's own type decides, so that a shard can be called `12` or `true`; what is in fields that
  /// this program doesn't know is JSON where it reads as JSON.
  private static func value(_ text: String, of path: [String]) -> JSONValue {
    if ["replicas", "routers", "addresses"].contains(path[0]) {
      return .array(text.split(separator: ",").map { .string(String($0)) })
    }
    if text.isEmpty { return .null }
    let strings: Set = [
      "id", "shard", "database", "pool", "policy", "state", "mode", "primary", "zone", "address",
      "region", "tier", "readTier", "pooling", "boundedFallback", "freshness", "foreign", "label",
      "modeUntil", "modeCause",
    ]
    if strings.contains(path[0]) || path.last == "quarantinePool" { return .string(text) }
    return (try? JSONValue(parsing: Array(text.utf8))) ?? .string(text)
  }

  /// The fields as one object; of two for the same place, the last counts.
  static func object(_ fields: [FieldArgument]) -> [String: JSONValue] {
    var object: [String: JSONValue] = [:]
    for field in fields { set(field.path[...], field.value, in: &object) }
    return object
  }

  private static func set(
    _ path: ArraySlice<String>, _ value: JSONValue, in object: inout [String: JSONValue]
  ) {
    guard let name = path.first else { return }
    guard path.count > 1 else {
      object[name] = value
      return
    }
    var inner = object[name]?.object ?? [:]
    set(path.dropFirst(), value, in: &inner)
    object[name] = .object(inner)
  }
}
