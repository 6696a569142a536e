import Wire

/// A prepared statement without a text, under a name of its own: closing and preparing it gives the answers that a client waits for where there is
/// nothing to be done.
struct StatementOfNothing {
  private static let name = Array("shardway_0".utf8)

  /// Closes it; no error if it isn't there.
  var close: [UInt8] {
    MessageEncoder.encode(
      type: FrontendMessageType.close, body: [UInt8(ascii: "S")] + Self.name + [0])
  }

  /// Prepares it, also in a transaction that has failed.
  var parse: [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.parse, body: Self.name + [0, 0, 0, 0])
  }

  /// Prepares it where a client's own statement would be prepared, too: not in a transaction that has failed. The text is never run.
  var parseWhereAllowed: [UInt8] {
    MessageEncoder.encode(
      type: FrontendMessageType.parse, body: Self.name + [0] + Array("BEGIN".utf8) + [0, 0, 0])
  }
}
