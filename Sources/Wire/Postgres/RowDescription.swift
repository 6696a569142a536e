/// The columns of the rows that follow.
public enum RowDescription {
  /// One column of an answer that is not from a table, its values as text.
  public struct Column: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// What its values are.
    public let type: ColumnType

    /// A column of this name and type.
    public init(_ name: String, _ type: ColumnType = .text) {
      self.name = name
      self.type = type
    }
  }

  /// Types of columns, by their oids.
  public enum ColumnType: UInt32, Sendable, Hashable {
    /// `bool`: `t` or `f`.
    case bool = 16
    /// `int8`: decimal digits.
    case int8 = 20
    /// `text`.
    case text = 25

    /// Length of a value inside of the server, in bytes; -1 when it varies.
    var length: Int16 {
      switch self {
      case .bool: 1
      case .int8: 8
      case .text: -1
      }
    }
  }

  /// The whole message; zero bytes in names are left out.
  ///
  /// - Parameters:
  ///   - columns: the columns.
  ///   - isBinary: for each column whether its values are binary; empty where all are text.
  /// - Returns: the message.
  /// - Precondition: at most 1,600 columns, the server's own limit for a table.
  public static func encoded(_ columns: [Column], isBinary: [Bool] = []) -> [UInt8] {
    precondition(columns.count <= 1_600, "too many columns")
    precondition(isBinary.isEmpty || isBinary.count == columns.count, "a format for each column")
    var body: [UInt8] = []
    body.append(bigEndian: UInt16(columns.count))
    for (place, column) in columns.enumerated() {
      body.append(terminated: column.name)
      body.append(bigEndian: UInt32(0))  // No table,
      body.append(bigEndian: UInt16(0))  // and so no column of it.
      body.append(bigEndian: column.type.rawValue)
      body.append(bigEndian: column.type.length)
      body.append(bigEndian: Int32(-1))  // No modifier of the type.
      body.append(bigEndian: UInt16(!isBinary.isEmpty && isBinary[place] ? 1 : 0))
    }
    return MessageEncoder.encode(type: BackendMessageType.rowDescription, body: body)
  }
}
