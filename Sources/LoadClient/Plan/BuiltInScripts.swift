internal import LoadScenario

/// The statements of the transactions that need no file.
enum BuiltInScripts {
  typealias Piece = SQLScript.Piece

  /// `pgbench`'s select-only script.
  static func selectOnly(_ tables: TableSizes) -> SQLScript {
    SQLScript(
      name: TransactionKind.selectOnly.name,
      variables: [.init(name: "aid", range: 1...Int64(tables.accounts))],
      statements: [[.text("SELECT abalance FROM pgbench_accounts WHERE aid = "), .variable(0)]])
  }

  /// `pgbench`'s TPC-B-like script; variables are the account, branch, teller and difference.
  static func tpcbLike(_ tables: TableSizes) -> SQLScript {
    SQLScript(
      name: TransactionKind.tpcbLike.name,
      variables: [
        .init(name: "aid", range: 1...Int64(tables.accounts)),
        .init(name: "bid", range: 1...Int64(tables.branches)),
        .init(name: "tid", range: 1...Int64(tables.tellers)),
        .init(name: "delta", range: -5000...5000),
      ],
      statements: [
        [.text("BEGIN")],
        [
          .text("UPDATE pgbench_accounts SET abalance = abalance + "), .variable(3),
          .text(" WHERE aid = "), .variable(0),
        ],
        [.text("SELECT abalance FROM pgbench_accounts WHERE aid = "), .variable(0)],
        [
          .text("UPDATE pgbench_tellers SET tbalance = tbalance + "), .variable(3),
          .text(" WHERE tid = "), .variable(2),
        ],
        [
          .text("UPDATE pgbench_branches SET bbalance = bbalance + "), .variable(3),
          .text(" WHERE bid = "), .variable(1),
        ],
        [
          .text("INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES ("),
          .variable(2), .text(", "), .variable(1), .text(", "), .variable(0), .text(", "),
          .variable(3), .text(", CURRENT_TIMESTAMP)"),
        ],
        [.text("END")],
      ])
  }

  /// A row of so many bytes; the number is a parameter where there are parameters.
  static func payload(_ transaction: TransactionKind, bytes: Int) -> SQLScript {
    SQLScript(
      name: transaction.name,
      variables: [.init(name: "bytes", range: Int64(bytes)...Int64(bytes))],
      statements: [[.text("SELECT repeat('x', "), .variable(0), .text(")")]])
  }

  /// Adds one to a counter, which begins with 1, and tells it. The row is made at need, so that no
  /// preparation has to know how many there are.
  static let increment: [Piece] = [
    .text("INSERT INTO \(TableSQL.counterTable) AS c VALUES ("), .variable(0),
    .text(", 1) ON CONFLICT (id) DO UPDATE SET value = c.value + 1 RETURNING value"),
  ]

  /// A counter, 0 where it isn't there yet, and whether a replica says so.
  static let read: [Piece] = [
    .text(
      "SELECT coalesce(max(value), 0), pg_is_in_recovery() FROM \(TableSQL.counterTable) "
        + "WHERE id = "),
    .variable(0),
  ]
}
