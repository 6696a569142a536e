/// Types of the messages that a server sends.
public enum BackendMessageType {
  /// `R`: a step of authentication.
  @inlinable public static var authentication: UInt8 { UInt8(ascii: "R") }
  /// `K`: process id and key for a cancel request.
  @inlinable public static var backendKeyData: UInt8 { UInt8(ascii: "K") }
  /// `S`: a setting's value.
  @inlinable public static var parameterStatus: UInt8 { UInt8(ascii: "S") }
  /// `Z`: the server waits for the next query.
  @inlinable public static var readyForQuery: UInt8 { UInt8(ascii: "Z") }
  /// `E`: an error.
  @inlinable public static var errorResponse: UInt8 { UInt8(ascii: "E") }
  /// `N`: a notice, laid out like an error.
  @inlinable public static var noticeResponse: UInt8 { UInt8(ascii: "N") }
  /// `v`: the server speaks an older minor version than the client.
  @inlinable public static var negotiateProtocolVersion: UInt8 { UInt8(ascii: "v") }
  /// `T`: the columns of the rows that follow.
  @inlinable public static var rowDescription: UInt8 { UInt8(ascii: "T") }
  /// `D`: a row.
  @inlinable public static var dataRow: UInt8 { UInt8(ascii: "D") }
  /// `C`: a command has ended.
  @inlinable public static var commandComplete: UInt8 { UInt8(ascii: "C") }
  /// `I`: a query string without a statement has ended.
  @inlinable public static var emptyQueryResponse: UInt8 { UInt8(ascii: "I") }
  /// `1`: a statement is parsed.
  @inlinable public static var parseComplete: UInt8 { UInt8(ascii: "1") }
  /// `2`: a portal is bound.
  @inlinable public static var bindComplete: UInt8 { UInt8(ascii: "2") }
  /// `3`: a statement or portal is closed.
  @inlinable public static var closeComplete: UInt8 { UInt8(ascii: "3") }
  /// `s`: a portal has given as many rows as were asked for, and may have more.
  @inlinable public static var portalSuspended: UInt8 { UInt8(ascii: "s") }
  /// `t`: the types of a statement's parameters.
  @inlinable public static var parameterDescription: UInt8 { UInt8(ascii: "t") }
  /// `n`: what was described gives no rows.
  @inlinable public static var noData: UInt8 { UInt8(ascii: "n") }
  /// `A`: another session has notified a channel that this one listens to.
  @inlinable public static var notificationResponse: UInt8 { UInt8(ascii: "A") }
  /// `V`: what a function gave that was called without SQL.
  @inlinable public static var functionCallResponse: UInt8 { UInt8(ascii: "V") }
  /// `G`: the server waits for copied data.
  @inlinable public static var copyInResponse: UInt8 { UInt8(ascii: "G") }
  /// `H`: copied data follows.
  @inlinable public static var copyOutResponse: UInt8 { UInt8(ascii: "H") }
  /// `W`: copied data goes both ways, as in replication.
  @inlinable public static var copyBothResponse: UInt8 { UInt8(ascii: "W") }
  /// `d`: a piece of copied data.
  @inlinable public static var copyData: UInt8 { UInt8(ascii: "d") }
  /// `c`: all data is copied.
  @inlinable public static var copyDone: UInt8 { UInt8(ascii: "c") }
}

/// Types of the messages that a client sends once it has started.
public enum FrontendMessageType {
  /// `Q`: a query as text.
  @inlinable public static var query: UInt8 { UInt8(ascii: "Q") }
  /// `P`: a statement to be parsed.
  @inlinable public static var parse: UInt8 { UInt8(ascii: "P") }
  /// `B`: values for a statement.
  @inlinable public static var bind: UInt8 { UInt8(ascii: "B") }
  /// `E`: run what is bound.
  @inlinable public static var execute: UInt8 { UInt8(ascii: "E") }
  /// `D`: say what a statement takes and gives, or what a portal gives.
  @inlinable public static var describe: UInt8 { UInt8(ascii: "D") }
  /// `C`: forget a statement or a portal.
  @inlinable public static var close: UInt8 { UInt8(ascii: "C") }
  /// `H`: send what there is to send, without an end of the group.
  @inlinable public static var flush: UInt8 { UInt8(ascii: "H") }
  /// `S`: end of a pipelined group.
  @inlinable public static var sync: UInt8 { UInt8(ascii: "S") }
  /// `F`: call a function without SQL.
  @inlinable public static var functionCall: UInt8 { UInt8(ascii: "F") }
  /// `d`: a piece of copied data.
  @inlinable public static var copyData: UInt8 { UInt8(ascii: "d") }
  /// `c`: all data is copied.
  @inlinable public static var copyDone: UInt8 { UInt8(ascii: "c") }
  /// `f`: the copying is given up.
  @inlinable public static var copyFail: UInt8 { UInt8(ascii: "f") }
  /// `X`: good-bye.
  @inlinable public static var terminate: UInt8 { UInt8(ascii: "X") }
  /// `p`: an answer to an authentication request.
  @inlinable public static var password: UInt8 { UInt8(ascii: "p") }
}

/// Builds whole messages out of type and body.
public enum MessageEncoder {
  /// The message of this type with this body: a type byte, a length that counts itself, the body.
  ///
  /// - Precondition: the message is not longer than ``PostgresLimits/messageBytes``.
  public static func encode(type: UInt8, body: [UInt8]) -> [UInt8] {
    precondition(body.count + 4 <= PostgresLimits.messageBytes, "message too long")
    var message: [UInt8] = []
    message.reserveCapacity(5 + body.count)
    message.append(type)
    message.append(bigEndian: UInt32(body.count + 4))
    message.append(contentsOf: body)
    return message
  }
}
