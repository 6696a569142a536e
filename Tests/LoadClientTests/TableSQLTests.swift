import LoadScenario
import Testing

@testable import LoadClient

/// Which tables a mix gets.
@Suite struct TableSQLTests {
  private static func tables(_ mix: WeightedTransaction...) -> [String] {
    TableSQL.statements(TableSizes(), for: mix).compactMap { statement in
      statement.firstMatch(of: /CREATE TABLE IF NOT EXISTS (\w+)/).map { String($0.1) }
    }
  }

  @Test func `a mix gets the tables that it needs, each once`() {
    #expect(Self.tables(.init(.selectOnly)) == ["pgbench_accounts"])
    let all = [
      "pgbench_accounts", "pgbench_tellers", "pgbench_branches", "pgbench_history",
      "shardway_bench_counter",
    ]
    #expect(Self.tables(.init(.tpcbLike)) == Array(all.dropLast()))
    #expect(
      Self.tables(
        .init(.readYourWrite), .init(.staleness(bound: .seconds(1))), .init(.tpcbLike),
        .init(.selectOnly)) == all)
    let script = SQLScript(name: "a", variables: [], statements: [[.text("SELECT 1")]])
    #expect(TableSQL.statements(TableSizes(), for: [.init(.payload(bytes: 1))]).isEmpty)
    #expect(TableSQL.statements(TableSizes(), for: [.init(.script(script))]).isEmpty)
  }
}
