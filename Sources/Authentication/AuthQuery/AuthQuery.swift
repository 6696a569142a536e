internal import Wire

/// The question that asks a server for a role's verifier, by the extended query protocol.
public enum AuthQuery {
  /// The question for one role; ``AuthQueryAnswer`` reads what comes back.
  ///
  /// - Parameters:
  ///   - text: the query, with `$1` for the role's name, such as
  ///     `SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1`.
  ///   - user: the role's name.
  /// - Returns: the whole messages: Parse, Bind, Describe, Execute and Sync.
  public static func encoded(_ text: String, user: [UInt8]) -> [UInt8] {
    var parse: [UInt8] = [0]
    parse.append(contentsOf: text.utf8.filter { $0 != 0 })
    parse += [0] + bigEndian(0, bytes: 2)
    // Unnamed portal and statement, one value as text, columns as text.
    var bind: [UInt8] = [0, 0] + bigEndian(0, bytes: 2) + bigEndian(1, bytes: 2)
    bind += bigEndian(user.count, bytes: 4) + user + bigEndian(0, bytes: 2)
    let describe = [UInt8(ascii: "P"), 0]
    // No limit on rows: a second one is to be seen.
    let execute = [0] + bigEndian(0, bytes: 4)
    return MessageEncoder.encode(type: FrontendMessageType.parse, body: parse)
      + MessageEncoder.encode(type: FrontendMessageType.bind, body: bind)
      + MessageEncoder.encode(type: UInt8(ascii: "D"), body: describe)
      + MessageEncoder.encode(type: FrontendMessageType.execute, body: execute)
      + MessageEncoder.encode(type: FrontendMessageType.sync, body: [])
  }

  private static func bigEndian(_ value: Int, bytes count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
  }
}
