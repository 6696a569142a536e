import Routing
import Testing

@testable import Pooling

@Suite struct UnreportedSettingsTests {
  private static func settings(_ pairs: KeyValuePairs<String, String>) -> UnreportedSettings {
    var settings = UnreportedSettings()
    for (name, value) in pairs {
      let isSet = settings.set(Array(name.utf8), to: Array(value.utf8))
      #expect(isSet, "\(name) = \(value)")
    }
    return settings
  }

  private func sql(from link: UnreportedSettings, to client: UnreportedSettings) -> String {
    String(decoding: link.statements(toReach: client), as: UTF8.self)
  }

  @Test func `a link is given what its client has, and loses what it has not`() {
    let link = Self.settings(["work_mem": "'8MB'", "search_path": "app, public", "a": "1"])
    let client = Self.settings(["extra_float_digits": "3", "search_path": "\"App\"", "a": "1"])
    #expect(
      sql(from: link, to: client)
        == #"RESET "work_mem"; SET "extra_float_digits" TO 3; SET "search_path" TO "App"; "#)
    #expect(sql(from: link, to: link) == "")
    #expect(sql(from: UnreportedSettings(), to: UnreportedSettings()) == "")
  }

  @Test func `a name with dots is quoted part by part`() {
    #expect(
      sql(from: UnreportedSettings(), to: Self.settings(["app.user_id": "-42"]))
        == #"SET "app"."user_id" TO -42; "#)
  }

  @Test func `what isn't known of a link is set or reset, whatever the client has`() {
    let client = Self.settings(["a": "1", "b": "2"])
    var link = client
    link.loseSight(of: Array("a".utf8))
    link.loseSight(of: Array("c".utf8))
    #expect(sql(from: link, to: client) == #"RESET "c"; SET "a" TO 1; "#)
    link.loseSightOfAll()
    #expect(
      sql(from: link, to: UnreportedSettings()) == #"RESET "a"; RESET "b"; RESET "c"; "#)
  }

  @Test func `a setting that is reset is as if it had never been set`() {
    var settings = Self.settings(["a": "1", "b": "2"])
    settings.reset(Array("b".utf8))
    settings.reset(Array("c".utf8))
    #expect(settings == Self.settings(["a": "1"]))
  }

  @Test func `the order in which settings are made doesn't matter`() {
    #expect(Self.settings(["b": "2", "a": "0", "a": "1"]) == Self.settings(["a": "1", "b": "2"]))
  }

  @Test func `settings read back from their text`() {
    var settings = Self.settings(["app.user": "'it''s, a \" text'", "work_mem": "4096", "z": "on"])
    settings.loseSight(of: Array("lost".utf8))
    #expect(UnreportedSettings(settings.text.span.bytes) == settings)
    #expect(UnreportedSettings([UInt8]().span.bytes) == UnreportedSettings())
  }

  @Test(arguments: [
    "", "'a", "\"a", "'a\\b'", "'é'", "'a'; DROP TABLE t", "FROM CURRENT", "a -- b", "--b", "E'a'",
    "U&'a'", "$1", "$$a$$", "a/*b*/", "(1)", "a\nb", "'a\nb'", "b'1'", "a'b'",
  ])
  func `a value that might mean something else elsewhere doesn't follow`(value: String) {
    var settings = UnreportedSettings()
    let isSet = settings.set(Array("a".utf8), to: Array(value.utf8))
    #expect(!isSet)
    #expect(settings == UnreportedSettings())
  }

  @Test(arguments: [
    "role", "session_authorization", "seed", "transaction_isolation", "session characteristics", "",
    "a b", "a\"b", "A", "ä", "a;b",
  ])
  func `a name that is more than a setting's doesn't follow`(name: String) {
    var settings = UnreportedSettings()
    let isSet = settings.set(Array(name.utf8), to: [0x31])
    #expect(!isSet)
    settings.loseSight(of: Array(name.utf8))
    #expect(settings == UnreportedSettings())
  }

  @Test func `a table keeps equal ones once, and tells sets apart by them`() throws {
    let values = Values()
    var (first, second) = (ParameterValues(), ParameterValues())
    try values.set(Self.settings(["a": "1"]), in: &first)
    try values.set(Self.settings(["a": "1"]), in: &second)
    #expect(first == second && values.count == 1)
    try values.set(Self.settings(["a": "2"]), in: &second)
    #expect(first != second)
    #expect(values.unreported(second) == Self.settings(["a": "2"]))
    let message = values.settingMessage(from: first, to: second)
    #expect(String(decoding: message[5...].dropLast(), as: UTF8.self) == #"SET "a" TO 2; "#)
    values.update(&first, from: ParameterValues())
    #expect(first == ParameterValues() && values.count == 1)
    let copy = values.copy(second)
    values.clear(&second)
    #expect(values.unreported(copy) == Self.settings(["a": "2"]))
    try values.set(UnreportedSettings(), in: &first)
    #expect(first == ParameterValues())
  }

  @Test func `more than is kept is refused, and nothing changes`() throws {
    let values = Values(valueBytes: 20)
    var set = ParameterValues()
    try values.set(Self.settings(["a": "1"]), in: &set)
    let long = Self.settings(["a": "1", "b": "'0123456789012345'"])
    #expect(throws: ParameterError.valueTooLong("all that was SET", bytes: 25, limit: 20)) {
      try values.set(long, in: &set)
    }
    #expect(values.unreported(set) == Self.settings(["a": "1"]))
  }
}
