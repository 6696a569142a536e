/// The client wants to know what a statement takes and gives, or what a portal gives.
public struct DescribeMessage: Sendable, Equatable {
  /// What is to be described.
  public let kind: NamedObject
  /// Where its name stands in the body; empty for the unnamed one.
  public let name: Range<Int>

  /// Reads the body of a `D` message of a client.
  ///
  /// - Throws: when the body is anything but a kind and a name of at most
  ///   ``PostgresLimits/statementNameBytes``.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> DescribeMessage {
    let (kind, name) = try NamedObject.decode(FrontendMessageType.describe, body)
    return DescribeMessage(kind: kind, name: name)
  }

  /// Appends the whole message.
  ///
  /// - Parameters:
  ///   - kind: what is to be described.
  ///   - name: its name; empty for the unnamed one.
  ///   - output: takes `name.byteCount + 7` bytes.
  /// - Throws: when the name can't be written or there is no room; nothing is appended then.
  public static func append(
    _ kind: NamedObject, name: RawSpan, to output: inout OutputSpan<UInt8>
  ) throws(MessageWriteError) {
    try MessageHead(type: FrontendMessageType.describe, kind: kind.rawValue, name)
      .append(followedBy: 0, to: &output)
  }
}
