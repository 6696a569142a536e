public import LoadScenario

/// The tables that built-in transactions use.
public enum TableSQL {
  /// The table of the checkers.
  static let counterTable = "shardway_bench_counter"

  /// The statements that create and fill what a mix needs, in order, for one database; empty where
  /// it needs nothing.
  ///
  /// Each is to be run by itself. What is there already stays, and rows that are missing are added:
  /// to run them again changes nothing. The tables are `pgbench`'s own, as `pgbench -i` makes them;
  /// scripts are left to whoever wrote them.
  public static func statements(_ sizes: TableSizes, for mix: [WeightedTransaction]) -> [String] {
    var needs = Needs()
    for entry in mix { needs.add(entry.transaction) }
    var statements: [String] = []
    if needs.accounts { statements += accounts(sizes) }
    if needs.others { statements += others(sizes) }
    if needs.counter {
      statements.append(
        "CREATE TABLE IF NOT EXISTS \(counterTable) (id bigint PRIMARY KEY, value bigint NOT NULL)")
    }
    return statements
  }

  /// Which tables a mix needs.
  private struct Needs {
    var accounts = false
    var others = false
    var counter = false

    mutating func add(_ transaction: TransactionKind) {
      switch transaction {
      case .selectOnly: accounts = true
      case .tpcbLike:
        accounts = true
        others = true
      case .readYourWrite, .staleness: counter = true
      case .payload, .script, .connect: break
      }
    }
  }

  private static func accounts(_ sizes: TableSizes) -> [String] {
    let each = max(1, sizes.accounts / max(1, sizes.branches))
    return [
      """
      CREATE TABLE IF NOT EXISTS pgbench_accounts \
      (aid int PRIMARY KEY, bid int, abalance int, filler char(84))
      """,
      fill(
        "pgbench_accounts", key: "aid", rows: sizes.accounts,
        columns: "aid, bid, abalance, filler", values: "n, (n - 1) / \(each) + 1, 0, ''"),
    ]
  }

  private static func others(_ sizes: TableSizes) -> [String] {
    let each = max(1, sizes.tellers / max(1, sizes.branches))
    return [
      """
      CREATE TABLE IF NOT EXISTS pgbench_tellers \
      (tid int PRIMARY KEY, bid int, tbalance int, filler char(84))
      """,
      fill(
        "pgbench_tellers", key: "tid", rows: sizes.tellers, columns: "tid, bid, tbalance",
        values: "n, (n - 1) / \(each) + 1, 0"),
      """
      CREATE TABLE IF NOT EXISTS pgbench_branches \
      (bid int PRIMARY KEY, bbalance int, filler char(88))
      """,
      fill(
        "pgbench_branches", key: "bid", rows: sizes.branches, columns: "bid, bbalance",
        values: "n, 0"),
      """
      CREATE TABLE IF NOT EXISTS pgbench_history \
      (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))
      """,
    ]
  }

  /// Adds the rows that a table lacks; looks for each, since a table that was there may have no
  /// key.
  private static func fill(
    _ table: String, key: String, rows: Int, columns: String, values: String
  ) -> String {
    """
    INSERT INTO \(table) (\(columns)) SELECT \(values) FROM generate_series(1, \(rows)) AS n \
    WHERE NOT EXISTS (SELECT FROM \(table) WHERE \(key) = n) ON CONFLICT DO NOTHING
    """
  }
}
