internal import ArgumentParser
internal import ControlClient
internal import MapDocument
internal import MapExchange
internal import ShardMap

/// `shardway pool plan`.
struct PoolPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Tells which routers of a pool serve which tenants, and what two tenants share.",
    discussion: """
      Each tenant of a pool is served by a few of its routers, chosen by its id and their names \
      (shuffle sharding), so that what one tenant does to its routers hurts few others. The command works \
      that out for a map as it is, or with other numbers before anything is changed.

      EXAMPLES
        shardway pool plan shared --map map.json
        shardway pool plan shared --map /var/lib/shardway/map.swmap --tenant acme
        shardway pool plan shared --routers 12 --per-tenant 3 --json
      """)

  @OptionGroup var connection: ControlOptions

  @Argument(help: "The pool.", completion: .ids(of: Commanded.Pool.self))
  var pool: String

  @Option(
    help: "The map: a document or a compiled file. (default: the control plane's)",
    completion: .file())
  var map: String?

  @Option(help: "Plan for so many routers, r1, r2, …. (default: those that the pool names)")
  var routers: Int?

  @Option(help: "Routers of one tenant; 0 for all. (default: as the pool says)")
  var perTenant: Int?

  @Option(help: "Name the routers of this tenant.", completion: .ids(of: Commanded.Tenant.self))
  var tenant: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard 1...MapLimits.routersPerPool ~= routers ?? 1 else {
      throw ValidationError("--routers must be 1 to \(MapLimits.routersPerPool)")
    }
    guard perTenant ?? 0 >= 0 else { throw ValidationError("--per-tenant must be 0 or more") }
  }

  func run() async throws {
    let document =
      if let map { try ComparedMap.read(map).document } else { try await pulled() }
    let plan = try CommandOutput.orFail(.negative) { () throws(PoolPlanError) in
      try PoolPlan(pool, of: document, routers: routers, perTenant: perTenant)
    }
    let report = PoolPlanReport(plan, tenant: tenant)
    if json {
      try CommandOutput.printJSON(report)
    } else {
      print(report.text)
    }
  }

  /// The control plane's newest map. Nothing of it is put into force here, so its seal may be anybody's.
  private func pulled() async throws -> MapDocument {
    let pulled = try await ControlFailure.explained {
      try await connection.client().snapshot()
    }
    guard let pulled else { throw ExitCode.unusable }
    return try CommandOutput.orFail { () throws(ExchangeError) in
      var state = MapState()
      try state.replace(withSnapshot: pulled.bytes, verifier: .anybody)
      return try state.document()
    }
  }
}
