/// A row of a query's result. Ranges are offsets into the body.
public struct DataRow: Sendable, Equatable {
  /// Where each column's value stands in the body; nil for a null.
  public let columns: [Range<Int>?]

  /// Reads the body of a `D` message. Allocates: for the few rows that a program itself asks for.
  ///
  /// - Parameters:
  ///   - body: the whole body.
  ///   - columnCount: how many columns the query has.
  /// - Returns: where the values stand.
  /// - Throws: when the row has another number of columns, or is not laid out as it says.
  public static func decode(
    _ body: RawSpan, columnCount: Int
  ) throws(MessageBodyError) -> DataRow {
    var reader = BodyReader(type: BackendMessageType.dataRow, body)
    guard Int(try reader.uint16(body)) == columnCount else {
      throw reader.error(.invalidValue, at: 0)
    }
    var columns: [Range<Int>?] = []
    columns.reserveCapacity(columnCount)
    for _ in 0..<columnCount { columns.append(try value(&reader, body)) }
    try reader.expectEnd()
    return DataRow(columns: columns)
  }

  /// A length and as many bytes; −1 stands for a null.
  private static func value(
    _ reader: inout BodyReader, _ body: RawSpan
  ) throws(MessageBodyError) -> Range<Int>? {
    let start = reader.offset
    let length = try reader.int32(body)
    guard length >= -1 else { throw reader.error(.invalidValue, at: start) }
    return length == -1 ? nil : try reader.bytes(Int(length))
  }

  /// The whole message; nil is NULL.
  ///
  /// - Precondition: at most 65,535 values, and a message not longer than
  ///   ``PostgresLimits/messageBytes``.
  public static func encoded(_ values: [[UInt8]?]) -> [UInt8] {
    precondition(values.count <= UInt16.max, "too many values")
    var body: [UInt8] = []
    body.append(bigEndian: UInt16(values.count))
    for value in values {
      guard let value else {
        body.append(bigEndian: Int32(-1))
        continue
      }
      body.append(bigEndian: Int32(value.count))
      body.append(contentsOf: value)
    }
    return MessageEncoder.encode(type: BackendMessageType.dataRow, body: body)
  }
}
