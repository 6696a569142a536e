import ArgumentParser
import MapDocument
import ShardMap

/// `shardway map inspect`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Verify a compiled map and tell what is in it.",
    discussion: """
      Reads the whole file and checks it against its checksums, then prints its versions, root, \
      counts, sizes, policies and shards.

      EXAMPLES
        shardway map inspect map.swmap
        shardway map inspect map.swmap --json
      """)

  @Argument(help: "The compiled file.", completion: .file())
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let map = try CommandOutput.orFail { () throws(MapFileError) in
      let map = try CompiledMap.open(path: file)
      try map.verify()
      return map
    }
    let summary = MapSummary(map)
    if json {
      try CommandOutput.printJSON(summary)
    } else {
      print(summary.text)
    }
  }
}

/// What `inspect` tells about a map.
struct MapSummary: Encodable {
  struct Shard: Encodable {
    let id: String
    let epoch: UInt64
    let mode: String
    let primary: String
    let replicas: [String]
  }

  struct Policy: Encodable {
    struct Bound: Encodable {
      let ttl: String
      let maxStale: String
    }

    let id: String
    let tier: String
    /// Nil for that of `tier`.
    let readTier: String?
    /// Nil where the listener decides.
    let pooling: String?
    let boundedFallback: String
    let primaryReadBudgetPercent: UInt8
    let freshness: [String: Bound]
  }

  let path: String
  let formatVersion: UInt32
  let mapVersion: UInt64
  let issuedAt: String
  /// Nil when the map was compiled by hand.
  let root: String?
  let fileBytes: Int
  let regions: Int
  let zones: Int
  let instances: Int
  let policies: [Policy]
  let pools: Int
  let tenants: Int
  let longestProbe: Int
  let shards: [Shard]

  init(_ map: CompiledMap) {
    let (header, counts) = (map.header, map.counts)
    path = map.path
    formatVersion = header.formatVersion
    mapVersion = header.mapVersion
    issuedAt = IssueTime(millisecondsSince1970: header.issuedAt).description
    root = header.root == .none ? nil : header.root.description
    fileBytes = header.layout.fileBytes
    regions = counts.regions
    zones = counts.zones
    instances = counts.instances
    policies = (0..<counts.policies).map { place in
      Policy(map.policy(PolicyIndex(UInt16(place))), in: map)
    }
    pools = counts.pools
    tenants = counts.tenants
    longestProbe = header.longestProbe
    shards = (0..<counts.shards).map { place in
      let shard = map.shard(ShardIndex(UInt32(place)))
      return Shard(
        id: map.text(shard.id), epoch: shard.epoch, mode: shard.mode.name,
        primary: Self.name(of: shard.primary, in: map),
        replicas: map.replicas(of: shard).map { Self.name(of: $0, in: map) })
    }
  }

  private static func name(of instance: InstanceIndex, in map: CompiledMap) -> String {
    let record = map.instance(instance)
    return "\(map.text(record.id)) (\(record.address))"
  }

  var text: String {
    var lines = [
      "\(path): sound",
      "  format version  \(formatVersion)",
      "  map version     \(mapVersion), issued \(issuedAt)",
      "  root            \(root ?? "none: it was compiled by hand")",
      "  size            \(fileBytes) bytes, longest probe \(longestProbe)",
      "  topology        \(regions) regions, \(zones) zones, \(instances) instances",
      "  tenants         \(tenants), in \(pools) pools",
      "  policies        \(policies.count)",
    ]
    for policy in policies { lines.append("    \(policy.text)") }
    lines.append("  shards          \(shards.count)")
    for shard in shards {
      let replicas = shard.replicas.isEmpty ? "none" : shard.replicas.joined(separator: ", ")
      let role = "primary \(shard.primary)  replicas \(replicas)"
      lines.append(
        "    \(shard.id)  epoch \(shard.epoch)  \(shard.mode)  \(role)"
      )
    }
    return lines.joined(separator: "\n")
  }
}

extension MapSummary.Policy {
  init(_ policy: PolicyRecord, in map: CompiledMap) {
    id = map.text(policy.id)
    tier = policy.tier.name
    readTier = policy.readTier?.name
    pooling = policy.pooling?.name
    boundedFallback = policy.boundedFallback.name
    primaryReadBudgetPercent = policy.primaryReadBudgetPercent
    freshness = Dictionary(
      uniqueKeysWithValues: FreshnessClass.allCases.map { dataClass in
        let bound = policy.freshness[dataClass]
        return (
          dataClass.name,
          Bound(
            ttl: Age.text(milliseconds: bound.ttlMilliseconds),
            maxStale: Age.text(of: bound))
        )
      })
  }

  var text: String {
    let bounds = FreshnessClass.allCases.compactMap { dataClass in
      freshness[dataClass.name].map { "\(dataClass.name) \($0.ttl)/\($0.maxStale)" }
    }
    let facts = [
      id, tier, readTier.map { "read-only: \($0)" }, pooling.map { "pooling: \($0)" },
      "bounded reads fall back to: \(boundedFallback)",
      "reads on the primary: \(primaryReadBudgetPercent) %",
      "freshness " + bounds.joined(separator: ", "),
    ]
    return facts.compactMap(\.self).joined(separator: "  ")
  }
}
