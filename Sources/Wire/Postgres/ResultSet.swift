/// A small table that the router answers a query with by itself.
public struct ResultSet: Sendable, Equatable {
  /// What the answer is tagged as.
  public enum Command: Sendable, Hashable {
    /// `SHOW`.
    case show
    /// `SELECT` and the number of rows.
    case select
  }

  /// What its columns are.
  public let columns: [RowDescription.Column]
  /// Its rows, with a value for each column; nil is NULL.
  public private(set) var rows: [[String?]] = []

  /// A table without rows.
  public init(columns: [RowDescription.Column]) {
    self.columns = columns
  }

  /// Appends a row.
  ///
  /// - Precondition: as many values as there are columns, each in the text form of its column's type.
  public mutating func append(_ row: [String?]) {
    precondition(row.count == columns.count, "a row needs a value for each column")
    rows.append(row)
  }

  /// The whole answer to a simple query but for the ReadyForQuery at its end: description, rows and tag.
  public func encoded(as command: Command) -> [UInt8] {
    encodedDescription() + encodedRows(as: command)
  }

  /// The answer to a Describe of the extended protocol, of a portal or of a statement without
  /// parameters (then behind a ``ParameterDescription``).
  public func encodedDescription() -> [UInt8] { RowDescription.encoded(columns) }

  /// The answer to an Execute of the extended protocol: rows and tag.
  public func encodedRows(as command: Command) -> [UInt8] {
    var answer: [UInt8] = []
    for row in rows { answer += DataRow.encoded(row.map { $0.map { Array($0.utf8) } }) }
    let tag =
      switch command {
      case .show: "SHOW"
      case .select: "SELECT \(rows.count)"
      }
    return answer + CommandComplete.encoded(tag: tag)
  }
}
