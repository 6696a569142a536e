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
  /// `A`: a notification of another session.
  @inlinable public static var notificationResponse: UInt8 { UInt8(ascii: "A") }
  /// `v`: the server speaks an older minor version than the client.
  @inlinable public static var negotiateProtocolVersion: UInt8 { UInt8(ascii: "v") }
  /// `T`: the columns of the rows that follow.
  @inlinable public static var rowDescription: UInt8 { UInt8(ascii: "T") }
  /// `D`: a row.
  @inlinable public static var dataRow: UInt8 { UInt8(ascii: "D") }
  /// `C`: a command has ended.
  @inlinable public static var commandComplete: UInt8 { UInt8(ascii: "C") }
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
  /// `S`: end of a pipelined group.
  @inlinable public static var sync: UInt8 { UInt8(ascii: "S") }
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
