import ArgumentParser
import MapDocument
import ShardMap

/// `shardway map lookup`
struct LookupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lookup",
    abstract: "Tell where tenants live.",
    discussion: """
      Looks tenants up as a router does. Only what is looked up is read, so it answers at once for any size of \
      map; `shardway map inspect` verifies the whole file.

      EXAMPLES
        shardway map lookup map.swmap acme
        shardway map lookup map.swmap acme globex --json
      """)

  @Argument(help: "The compiled file.", completion: .file())
  var file: String

  @Argument(help: "Ids of tenants.")
  var tenants: [String]

  @Flag(help: "Print JSON: a list of the tenants that were found.")
  var json = false

  func run() throws {
    let map = try CommandOutput.orFail { () throws(MapFileError) in
      try CompiledMap.open(path: file)
    }
    var answers: [TenantAnswer] = []
    var isComplete = true
    for id in tenants {
      if let index = map.tenant(id: id) {
        answers.append(TenantAnswer(index, in: map))
      } else {
        CommandOutput.complain("\(map.path): there is no tenant \"\(id)\"")
        isComplete = false
      }
    }
    if json {
      try CommandOutput.printJSON(answers)
    } else {
      for answer in answers { print(answer.text) }
    }
    if !isComplete { throw ExitCode.negative }
  }
}

/// What `lookup` tells about a tenant.
struct TenantAnswer: Encodable {
  let id: String
  let state: String
  let generation: UInt64
  let database: String
  let shard: String
  let epoch: UInt64
  /// The shard's.
  let mode: String
  /// When the shard's mode ends; nil for no end.
  let modeUntil: String?
  let modeCause: String?
  let tenantMode: String
  let tenantModeUntil: String?
  let primary: String
  let replicas: [String]
  let policy: String
  let tier: String
  let readTier: String
  let pool: String
  /// Those of the pool's routers that serve it; empty where the map names none.
  let routers: [String]

  init(_ index: TenantIndex, in map: CompiledMap) {
    let tenant = map.tenant(index)
    let shard = map.shard(tenant.shard)
    let policy = map.policy(tenant.policy)
    id = map.text(tenant.id)
    state = tenant.state.name
    generation = tenant.generation
    database = map.text(tenant.database)
    self.shard = map.text(shard.id)
    epoch = shard.epoch
    mode = shard.mode.mode.name
    modeUntil = shard.mode.end?.description
    modeCause = map.optionalText(shard.modeCause)
    tenantMode = tenant.mode.mode.name
    tenantModeUntil = tenant.mode.end?.description
    primary = map.instance(shard.primary).address.description
    replicas = map.replicas(of: shard).map { map.instance($0).address.description }
    self.policy = map.text(policy.id)
    tier = policy.tier.name
    readTier = policy.tier(readOnly: true).name
    pool = map.text(map.pool(tenant.pool).id)
    let names = map.routers(of: tenant.pool)
    routers = ShuffleShard.routers(
      of: map.string(tenant.id), among: names,
      count: Int(map.pool(tenant.pool).routersPerTenant)
    ).map { String(decoding: names[$0], as: UTF8.self) }
  }

  var text: String {
    var lines = [
      "\(id): \(state), generation \(generation)",
      "  database  \(database)",
      "  shard     \(shard), epoch \(epoch), "
        + Self.text(mode, until: modeUntil) + (modeCause.map { " (\($0))" } ?? ""),
      "  primary   \(primary)",
      "  replicas  \(replicas.isEmpty ? "none" : replicas.joined(separator: ", "))",
      "  policy    \(policy), \(tier)\(readTier == tier ? "" : ", read-only \(readTier)")",
      "  pool      \(pool)\(routers.isEmpty ? "" : ", on \(routers.joined(separator: ", "))")",
    ]
    if tenantMode != ServiceMode.normal.name {
      lines.append("  mode      \(Self.text(tenantMode, until: tenantModeUntil))")
    }
    return lines.joined(separator: "\n")
  }

  private static func text(_ mode: String, until end: String?) -> String {
    mode + (end.map { " until \($0)" } ?? "")
  }
}
