/// What a session's transaction is doing when the server waits for the next query.
public enum TransactionStatus: UInt8, Sendable, Hashable {
  /// `I`: not in a transaction.
  case idle = 0x49
  /// `T`: in a transaction.
  case inTransaction = 0x54
  /// `E`: in a transaction that has failed and can only be rolled back.
  case failed = 0x45
}

/// The server waits for the next query.
public struct ReadyForQuery: Sendable, Hashable {
  /// What the session's transaction is doing.
  public let status: TransactionStatus

  /// A message with this status.
  public init(status: TransactionStatus) {
    self.status = status
  }

  /// Reads the body of a `Z` message.
  ///
  /// - Throws: when the body is anything but one status byte.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> ReadyForQuery {
    var reader = BodyReader(type: BackendMessageType.readyForQuery, body)
    guard let status = TransactionStatus(rawValue: try reader.uint8(body)) else {
      throw reader.error(.invalidValue, at: 0)
    }
    try reader.expectEnd()
    return ReadyForQuery(status: status)
  }

  /// The whole message.
  public func encoded() -> [UInt8] {
    MessageEncoder.encode(type: BackendMessageType.readyForQuery, body: [status.rawValue])
  }
}
