/// A JSON value as the control plane takes it: every number is an integer.
///
/// Resources have no fractions, and integers have one spelling, so that equal values have equal
/// canonical bytes.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The fields, if it is an object.
  public var fields: [String: JSONValue]? {
    if case .object(let fields) = self { fields } else { nil }
  }

  /// The text, if it is a string.
  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The number, if it is one.
  public var number: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The elements, if it is a list.
  public var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The field of this name, if it is an object that has it.
  public subscript(_ name: String) -> JSONValue? { fields?[name] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; a name may be there once.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(uniqueKeysWithValues: elements))
  }
}

extension JSONValue {
  /// This value with a merge patch applied (RFC 7396): null removes a field, an object is merged,
  /// anything else replaces.
  public func merging(_ patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var fields = self.fields ?? [:]
    for (name, change) in changes {
      fields[name] = change == .null ? nil : (fields[name] ?? .null).merging(change)
    }
    return .object(fields)
  }
}
