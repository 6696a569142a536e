import Wire

extension ValueTable {
  /// The parameters that a link must be set to before it is the client's.
  ///
  /// Where a value of the client's isn't known, as `search_path` before PostgreSQL 18, there is nothing
  /// to set. Texts that aren't ASCII mean something else in another encoding, even if their bytes are
  /// the same.
  public func differences(
    from link: ParameterValues, to client: ParameterValues
  ) -> ParameterSet {
    var different = ParameterSet()
    let isEncodingKept =
      !client.knows(.clientEncoding) || client[.clientEncoding] == link[.clientEncoding]
    for parameter in TrackedParameter.allCases where client.knows(parameter) {
      let isSame = client[parameter] == link[parameter]
      if !isSame || !isEncodingKept && !isASCII(client[parameter]) { different.insert(parameter) }
    }
    different.hasUnreported = link.unreported != client.unreported
    return different
  }

  /// The whole Query message that sets a link to a client's values.
  ///
  /// All is set or nothing, since a Query message is one transaction. The server answers with a
  /// CommandComplete for each, reports, perhaps a row, and ReadyForQuery; none of it is for the client.
  /// If no error is among it, the link's values are the client's
  /// (``ValueTable/update(_:from:)``), whatever was reported: a server reports only what changes.
  ///
  /// - Parameters:
  ///   - parameters: what ``differences(from:to:)`` said; if it is empty, no message is needed.
  ///   - link: the link's values.
  ///   - client: the client's values.
  /// - Returns: the message, all of it ASCII.
  public func settingMessage(
    _ parameters: ParameterSet, from link: ParameterValues, to client: ParameterValues
  ) -> [UInt8] {
    var query = SettingQuery()
    if let encoding = value(.clientEncoding, in: client) { query.encoding = encoding.copy() }
    for parameter in TrackedParameter.allCases where parameters.contains(parameter) {
      guard let value = value(parameter, in: client) else { continue }
      query.append(parameter, value: value.copy(), isASCII: isASCII(client[parameter]))
    }
    if parameters.hasUnreported {
      query.append(unreported(in: link).statements(toReach: unreported(in: client)))
    }
    return query.message()
  }
}

extension RawSpan {
  fileprivate func copy() -> [UInt8] { copy(of: 0..<byteCount) }
}

/// Writes the SQL that sets parameters, in ASCII only.
///
/// A value must never end its string constant early, whatever it is, and whatever settings the link has
/// at the time:
/// - A quote is doubled, which every setting of `backslash_quote` allows.
/// - A constant with a backslash is written `E'…'` with the backslash doubled, which doesn't depend on
///   `standard_conforming_strings`. One without a backslash means the same either way.
/// - The server reads the whole query in the encoding that the link has before it. Bytes outside of
///   ASCII may be invalid there, or swallow the quote behind them (a backslash or letter is the second
///   byte of a character in Shift JIS, Big5 or GBK). So they are sent as hexadecimal digits and
///   converted at the server, from the encoding in which they were reported.
///
/// `search_path` is a list of names for SET, but what is reported is one text with the names quoted:
/// `set_config` takes it as it is.
private struct SettingQuery {
  private var sql: [UInt8] = []
  /// The name of the encoding that the values are in; this one's means "as they are".
  var encoding = Array("SQL_ASCII".utf8)

  mutating func append(_ parameter: TrackedParameter, value: [UInt8], isASCII: Bool) {
    let needsConversion = !isASCII && parameter != .clientEncoding
    guard parameter == .searchPath || needsConversion else {
      append("SET \"\(parameter.name)\" TO ")
      append(literal: value)
      append("; ")
      return
    }
    append("SELECT pg_catalog.set_config('\(parameter.name)', ")
    if needsConversion { append(converted: value) } else { append(literal: value) }
    append(", false); ")
  }

  /// Statements that are ASCII and mean the same whatever is set.
  mutating func append(_ statements: [UInt8]) { sql += statements }

  func message() -> [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.query, body: sql + [0])
  }

  /// A string constant. Bytes outside of ASCII, which no encoding's name has, become question marks.
  private mutating func append(literal value: [UInt8]) {
    let quote = UInt8(ascii: "'")
    let backslash = UInt8(ascii: "\\")
    if value.contains(backslash) { sql.append(UInt8(ascii: "E")) }
    sql.append(quote)
    for byte in value {
      if byte == quote || byte == backslash { sql.append(byte) }
      sql.append(byte < 0x80 ? byte : UInt8(ascii: "?"))
    }
    sql.append(quote)
  }

  private mutating func append(converted value: [UInt8]) {
    append("pg_catalog.convert_from(pg_catalog.decode('")
    for byte in value {
      for digit in [byte >> 4, byte & 0xF] {
        sql.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
    append("', 'hex'), ")
    append(literal: encoding)
    append(")")
  }

  private mutating func append(_ text: String) { sql += text.utf8 }
}
