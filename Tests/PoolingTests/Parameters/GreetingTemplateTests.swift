import Testing
import Wire

@testable import Pooling

@Suite struct GreetingTemplateTests {
  private static let reported: KeyValuePairs = [
    "in_hot_standby": "off", "integer_datetimes": "on", "TimeZone": "Etc/UTC",
    "application_name": "", "client_encoding": "UTF8", "server_version": "15.5",
  ]

  private func template(_ pairs: KeyValuePairs<String, String>) throws -> GreetingTemplate {
    var template = GreetingTemplate()
    for (name, value) in pairs {
      try template.append(name: name.utf8Span.span.bytes, value: value.utf8Span.span.bytes)
    }
    return template
  }

  private func messages(_ pairs: KeyValuePairs<String, String>) -> [UInt8] {
    pairs.flatMap { ParameterStatus.encoded(name: $0.key, value: $0.value) }
  }

  @Test func `a client without values of its own sees what the server said`() throws {
    let template = try template(Self.reported)
    let greeting = Values().greeting(template, for: ParameterValues())
    #expect(greeting == messages(Self.reported))
    #expect(template.byteCount == greeting.count)
  }

  @Test func `a client's own values stand where the server's would`() throws {
    let values = Values()
    let client = try values.values([
      .applicationName: "psql", .timeZone: "Europe/Berlin", .searchPath: "public",
    ])
    let greeting = values.greeting(try template(Self.reported), for: client)
    #expect(
      greeting
        == messages([
          "in_hot_standby": "off", "integer_datetimes": "on", "TimeZone": "Europe/Berlin",
          "application_name": "psql", "client_encoding": "UTF8", "server_version": "15.5",
        ]), "and what the server doesn't report isn't told")
  }

  @Test func `a server that reports nothing greets with nothing`() throws {
    #expect(Values().greeting(try template([:]), for: ParameterValues()) == [])
  }

  @Test func `values are bytes, whatever encoding they are in`() throws {
    var template = GreetingTemplate()
    let name: [UInt8] = [0x6E]
    let value: [UInt8] = [0xE9, 0xFF]
    try template.append(name: name.span.bytes, value: value.span.bytes)
    let greeting = Values().greeting(template, for: ParameterValues())
    #expect(greeting == [0x53, 0, 0, 0, 9, 0x6E, 0, 0xE9, 0xFF, 0])
  }

  @Test func `a greeting has a limit`() throws {
    var limits = PoolingLimits()
    limits.greetingBytes = 18
    var template = GreetingTemplate(limits: limits)
    let text: [UInt8] = [0x61]
    try template.append(name: text.span.bytes, value: text.span.bytes)
    #expect(template.byteCount == 9)
    try template.append(name: text.span.bytes, value: text.span.bytes)
    #expect(throws: ParameterError.greetingTooLong(limit: 18)) {
      try template.append(name: text.span.bytes, value: [UInt8]().span.bytes)
    }
    #expect(Values().greeting(template, for: ParameterValues()).count == 18)
  }
}
