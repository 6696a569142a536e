import Routing
import Testing

@testable import Pooling

@Suite struct SettingMessageTests {
  private func sql(_ message: [UInt8]) -> String {
    String(decoding: message[5...].dropLast(), as: UTF8.self)
  }

  @Test func `a link that has the client's values needs no setting`() throws {
    let values = Values()
    let set = try values.values([.timeZone: "UTC", .searchPath: "é"])
    #expect(values.differences(from: set, to: set) == [])
  }

  @Test func `what differs is set, the encoding first, and what the client doesn't know isn't`()
    throws
  {
    let values = Values()
    let link = try values.values([
      .clientEncoding: "UTF8", .timeZone: "UTC", .applicationName: "a", .dateStyle: "ISO, MDY",
      .searchPath: "public",
    ])
    let client = try values.values([
      .timeZone: "Europe/Berlin", .applicationName: "a", .dateStyle: "SQL, DMY",
      .intervalStyle: "postgres", .clientEncoding: "LATIN1",
    ])
    #expect(
      values.differences(from: link, to: client) == [
        .clientEncoding, .dateStyle, .intervalStyle, .timeZone,
      ])
    #expect(
      sql(values.settingMessage(from: link, to: client))
        == #"SET "client_encoding" TO 'LATIN1'; SET "DateStyle" TO 'SQL, DMY'; "#
        + #"SET "IntervalStyle" TO 'postgres'; SET "TimeZone" TO 'Europe/Berlin'; "#)
  }

  @Test(arguments: [
    ("", "''"), ("psql", "'psql'"), ("it's", "'it''s'"), ("''", "''''''"), ("'", "''''"),
    (#"\"#, #"E'\\'"#), (#"\'"#, #"E'\\'''"#),
    (#"a\'; DROP TABLE x; --"#, #"E'a\\''; DROP TABLE x; --'"#),
    ("'; DROP TABLE x; --", "'''; DROP TABLE x; --'"), (#"caf\xc3\xa9"#, #"E'caf\\xc3\\xa9'"#),
    ("$$a$$", "'$$a$$'"), (#""quoted""#, #"'"quoted"'"#), ("line\nbreak", "'line\nbreak'"),
    ("<+03>-03", "'<+03>-03'"), ("/* -- ", "'/* -- '"),
  ])
  func `quotes and backslashes are doubled`(value: String, literal: String) throws {
    let values = Values()
    let client = try values.values([.applicationName: value])
    #expect(
      sql(values.settingMessage(from: ParameterValues(), to: client))
        == "SET \"application_name\" TO \(literal); ")
  }

  @Test(arguments: [
    (#""$user", public"#, #"'"$user", public'"#), ("", "''"), (#""it's""#, #"'"it''s"'"#),
    (#""back\slash""#, #"E'"back\\slash"'"#),
  ])
  func `a search path is one text, with the quotes it has`(value: String, literal: String) throws {
    let values = Values()
    let client = try values.values([.searchPath: value])
    #expect(
      sql(values.settingMessage(from: ParameterValues(), to: client))
        == "SELECT pg_catalog.set_config('search_path', \(literal), false); ")
  }

  @Test func `what isn't ASCII is converted at the server from the client's encoding`() throws {
    let values = Values()
    var client = try values.values([.clientEncoding: "SJIS"])
    // A character whose second byte is a backslash, and a quote behind it.
    try values.set(.searchPath, to: [0x95, 0x5C, 0x27], in: &client)
    let message = values.settingMessage(from: ParameterValues(), to: client)
    #expect(
      sql(message) == #"SET "client_encoding" TO 'SJIS'; "#
        + "SELECT pg_catalog.set_config('search_path', "
        + "pg_catalog.convert_from(pg_catalog.decode('955c27', 'hex'), 'SJIS'), false); ")
  }

  @Test func `without a known encoding bytes are taken as they are`() throws {
    let values = Values()
    let client = try values.values([.applicationName: "é"])
    #expect(
      sql(values.settingMessage(from: ParameterValues(), to: client))
        == "SELECT pg_catalog.set_config('application_name', "
        + "pg_catalog.convert_from(pg_catalog.decode('c3a9', 'hex'), 'SQL_ASCII'), false); ")
  }

  @Test func `the same bytes in another encoding are another value, if they aren't ASCII`() throws {
    let values = Values()
    let link = try values.values([
      .clientEncoding: "UTF8", .searchPath: "\"é\"", .timeZone: "UTC",
    ])
    let client = try values.values([
      .clientEncoding: "LATIN1", .searchPath: "\"é\"", .timeZone: "UTC",
    ])
    #expect(values.differences(from: link, to: client) == [.clientEncoding, .searchPath])
    #expect(values.differences(from: link, to: link) == [])
  }

  @Test func `an encoding has no bytes outside of ASCII`() throws {
    let values = Values()
    var client = ParameterValues()
    try values.set(.clientEncoding, to: [0x95, 0x5C, 0x27, 0x41], in: &client)
    #expect(
      sql(values.settingMessage(from: ParameterValues(), to: client))
        == #"SET "client_encoding" TO E'?\\''A'; "#)
  }

  /// Values from few bytes, most of them dangerous, read back under both settings of the server.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `a server reads exactly the client's values, whatever they are`(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let bytes: [UInt8] = [0x27, 0x5C, 0x22, 0x3B, 0x20, 0x61, 0x24, 0x2D, 0x0A, 0x95, 0xC3, 0xA9]
    for _ in 0..<200 {
      let values = Values()
      var client = try values.values([.clientEncoding: "UTF8"])
      var expected: [SettingReader.Setting] = [.set(name: "client_encoding", value: "UTF8")]
      for parameter in TrackedParameter.allCases.dropFirst() {
        let isASCII = random.index(below: 2) == 0
        let value = (0..<random.index(below: 8)).map { _ in
          bytes[random.index(below: isASCII ? 9 : bytes.count)]
        }
        try values.set(parameter, to: value, in: &client)
        let name = "\(parameter.name)"
        let text = String(decoding: value, as: UTF8.self)
        if value.contains(where: { $0 >= 0x80 }) {
          expected.append(.setConverted(name: name, value: value, encoding: "UTF8"))
        } else if parameter == .searchPath {
          expected.append(.setConfig(name: name, value: text))
        } else {
          expected.append(.set(name: name, value: text))
        }
      }
      let message = values.settingMessage(from: ParameterValues(), to: client)
      for isConforming in [true, false] {
        #expect(SettingReader.read(message, standardConforming: isConforming) == expected)
      }
    }
  }
}
