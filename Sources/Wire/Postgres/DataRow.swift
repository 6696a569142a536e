/// A row.
public enum DataRow {
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
