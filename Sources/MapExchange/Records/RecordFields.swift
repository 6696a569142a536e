internal import MapDocument
internal import ShardMap

/// The fields of a record, or of an object in it, taken in the order of their names.
struct RecordFields {
  let key: ResourceKey
  private var fields: JSONFields
  /// What comes before a field's name in messages.
  private var path = ""

  init(_ record: MapRecord) throws(ExchangeError) {
    guard let fields = JSONView(checked: record.bytes).fields else {
      throw .malformed(line: 0, reason: "\(record.key) is no object")
    }
    key = record.key
    self.fields = fields
  }

  mutating func string(_ name: String) throws(ExchangeError) -> String {
    guard let value = fields.take(name)?.string else { throw missing(name, "a string") }
    return value
  }

  mutating func strings(_ name: String) throws(ExchangeError) -> [String] {
    guard let value = fields.take(name)?.strings else { throw missing(name, "a list of strings") }
    return value
  }

  mutating func unsigned(_ name: String) throws(ExchangeError) -> UInt64 {
    guard let value = fields.take(name)?.unsigned else {
      throw missing(name, "a whole number, 0 or more")
    }
    return value
  }

  mutating func unsignedIfPresent(_ name: String) throws(ExchangeError) -> UInt64? {
    guard let view = fields.take(name) else { return nil }
    guard let value = view.unsigned else { throw missing(name, "a whole number, 0 or more") }
    return value
  }

  mutating func tier(_ name: String) throws(ExchangeError) -> Consistency {
    guard let tier = try tierIfPresent(name) else { throw missing(name, "a string") }
    return tier
  }

  mutating func tierIfPresent(_ name: String) throws(ExchangeError) -> Consistency? {
    guard let view = fields.take(name) else { return nil }
    guard let text = view.string else { throw missing(name, "a string") }
    guard let tier = Consistency(parsing: text.utf8) else {
      throw unknown(text, name, Consistency.forms)
    }
    return tier
  }

  mutating func bool(_ name: String) throws(ExchangeError) -> Bool {
    guard let value = fields.take(name)?.bool else { throw missing(name, "true or false") }
    return value
  }

  mutating func named<Value: NamedValue>(_ name: String) throws(ExchangeError) -> Value {
    guard let value: Value = try namedIfPresent(name) else { throw missing(name, "a string") }
    return value
  }

  mutating func namedIfPresent<Value: NamedValue>(_ name: String) throws(ExchangeError) -> Value? {
    guard let view = fields.take(name) else { return nil }
    guard let text = view.string else { throw missing(name, "a string") }
    guard let named = Value(named: text) else {
      throw unknown(text, name, Value.allCases.map(\.name).joined(separator: ", "))
    }
    return named
  }

  mutating func boolIfPresent(_ name: String) throws(ExchangeError) -> Bool? {
    guard let view = fields.take(name) else { return nil }
    guard let value = view.bool else { throw missing(name, "true or false") }
    return value
  }

  mutating func stringIfPresent(_ name: String) throws(ExchangeError) -> String? {
    guard let view = fields.take(name) else { return nil }
    guard let value = view.string else { throw missing(name, "a string") }
    return value
  }

  mutating func stringsIfPresent(_ name: String) throws(ExchangeError) -> [String]? {
    guard let view = fields.take(name) else { return nil }
    guard let value = view.strings else { throw missing(name, "a list of strings") }
    return value
  }

  /// A whole number that its type can hold; its range is a matter of compiling.
  mutating func numberIfPresent<Value: FixedWidthInteger>(
    _ name: String
  ) throws(ExchangeError) -> Value? {
    guard let number = try unsignedIfPresent(name) else { return nil }
    guard let value = Value(exactly: number) else {
      throw missing(name, "a whole number of at most \(Value.max)")
    }
    return value
  }

  /// An age in milliseconds, as `30s`.
  mutating func ageIfPresent(_ name: String) throws(ExchangeError) -> UInt32? {
    guard let text = try stringIfPresent(name) else { return nil }
    return try age(text, name)
  }

  func age(_ text: String, _ name: String) throws(ExchangeError) -> UInt32 {
    guard let age = Age.milliseconds(text) else {
      throw missing(name, "an age such as 500ms, 30s, 5m, 12h or 30d")
    }
    return age
  }

  mutating func timeIfPresent(_ name: String) throws(ExchangeError) -> IssueTime? {
    guard let text = try stringIfPresent(name) else { return nil }
    guard let time = IssueTime(text) else {
      throw missing(name, "a time like 2026-11-21T00:00:00Z")
    }
    return time
  }

  /// The fields of an object in this one.
  mutating func objectIfPresent(_ name: String) throws(ExchangeError) -> RecordFields? {
    guard let view = fields.take(name) else { return nil }
    guard let object = view.fields else { throw missing(name, "an object") }
    var nested = self
    nested.fields = object
    nested.path = "\(path)\(name)."
    return nested
  }

  private func unknown(_ text: String, _ name: String, _ known: String) -> ExchangeError {
    .malformed(
      line: 0,
      reason: "\(key): \(path)\(name) is \"\(text)\" and should be one of \(known)")
  }

  private func missing(_ name: String, _ kind: String) -> ExchangeError {
    .malformed(line: 0, reason: "\(key): \(path)\(name) is missing, or is not \(kind)")
  }
}
