@testable import Pooling

/// A table of values for tests, which speaks in texts.
final class Values {
  private var table: ValueTable

  init(values: Int = 1_000, valueBytes: Int = 1_024) {
    var limits = PoolingLimits()
    limits.parameterValues = values
    limits.parameterValueBytes = valueBytes
    table = ValueTable(limits: limits, key: .forTests)
  }

  var count: Int { table.count }

  func set(
    _ parameter: TrackedParameter, to value: String, in values: inout ParameterValues
  ) throws(ParameterError) {
    try set(parameter, to: Array(value.utf8), in: &values)
  }

  func set(
    _ parameter: TrackedParameter, to value: [UInt8], in values: inout ParameterValues
  ) throws(ParameterError) {
    try table.set(parameter, to: value.span.bytes, in: &values)
  }

  func set(
    _ settings: UnreportedSettings, in values: inout ParameterValues
  ) throws(ParameterError) {
    try table.set(settings, in: &values)
  }

  func unreported(_ values: ParameterValues) -> UnreportedSettings {
    table.unreported(in: values)
  }

  /// A set of values with references of its own.
  func values(_ values: KeyValuePairs<TrackedParameter, String>) throws -> ParameterValues {
    var set = ParameterValues()
    for (parameter, value) in values { try self.set(parameter, to: value, in: &set) }
    return set
  }

  func copy(_ values: ParameterValues) -> ParameterValues { table.copy(values) }
  func clear(_ values: inout ParameterValues) { table.clear(&values) }

  func update(_ values: inout ParameterValues, from other: ParameterValues) {
    table.update(&values, from: other)
  }

  func text(_ parameter: TrackedParameter, _ values: ParameterValues) -> String? {
    Self.text(parameter, values, in: table)
  }

  /// Apart, because a span can't outlive the access to a class's property.
  private static func text(
    _ parameter: TrackedParameter, _ values: ParameterValues, in table: borrowing ValueTable
  ) -> String? {
    guard let value = table.value(parameter, in: values) else { return nil }
    return value.text
  }

  func differences(from link: ParameterValues, to client: ParameterValues) -> [TrackedParameter] {
    let different = table.differences(from: link, to: client)
    return TrackedParameter.allCases.filter { different.contains($0) }
  }

  /// The message that sets a link to a client's values.
  func settingMessage(from link: ParameterValues, to client: ParameterValues) -> [UInt8] {
    table.settingMessage(
      table.differences(from: link, to: client), from: link, to: client)
  }

  func greeting(_ template: GreetingTemplate, for client: ParameterValues) -> [UInt8] {
    template.messages(for: client, in: table)
  }
}
