import LoadClient
public import LoadScenario

/// Runs statements in order on one connection, as to prepare what a scenario's transactions need.
public enum StatementRunner {
  /// Runs each statement by a simple query of its own, and waits for its answer, at most ten
  /// minutes. Blocks the thread that calls.
  ///
  /// - Parameters:
  ///   - statements: one SQL statement each; with none, only the login is tried.
  ///   - tenant: whom the connection is for.
  ///   - target: who is contacted.
  ///   - password: what it logs in with; nil where the target trusts it.
  /// - Throws: ``LoadError/statement(text:tenant:cause:message:)`` for the first one that fails,
  ///   those after it are not run; ``LoadError/noConnection(target:cause:message:)``;
  ///   ``LoadError/notAnAddress(_:)``; ``LoadError/badLoad(name:_:)``; ``LoadError/tls(_:)``.
  public static func run(
    _ statements: [String], tenant: String, at target: LoadTarget, password: String?
  ) throws(LoadError) {
    let plan = try plan(statements, tenant: tenant, at: target, password: password)
    var session = try BlockingSession.opened(plan, to: target)
    for (kind, text) in statements.enumerated() {
      do throws(SessionFailure) {
        try session.run(kind)
      } catch {
        throw .statement(
          text: text, tenant: tenant, cause: error.failure.name, message: error.message)
      }
    }
    session.close()
  }

  /// Each statement is a transaction of a load's mix.
  private static func plan(
    _ statements: [String], tenant: String, at target: LoadTarget, password: String?
  ) throws(LoadError) -> PlannedLoad {
    let scripts = statements.map {
      WeightedTransaction(
        .script(SQLScript(name: "statement", variables: [], statements: [[.text($0)]])))
    }
    var load = Load(
      name: "statements", tenants: .uniform([tenant]), connections: 1,
      arrivals: .closed(pause: .zero),
      mix: scripts.isEmpty ? [WeightedTransaction(.selectOnly)] : scripts)
    load.mode = .simple
    return try PlannedLoad(
      load, number: 0, seed: 0, target: target, password: password, tables: TableSizes())
  }
}
