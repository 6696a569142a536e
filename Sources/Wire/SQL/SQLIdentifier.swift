/// A name in a text of SQL. The range is an offset into the text.
public struct SQLIdentifier: Sendable, Hashable {
  /// Where it stands as it is written, its quotes included.
  public let range: Range<Int>

  /// The name itself, as the server reads it but for its cut at 63 bytes: without quotes, or with ASCII
  /// letters in lower case. Allocates.
  public func copy(in text: RawSpan) -> [UInt8] {
    text.byte(at: range.lowerBound) == UInt8(ascii: "\"")
      ? text.unquoted(range) : text.copy(of: range).map(SQLByte.lowered)
  }
}
