import MapDocument
import ShardMap

/// The document's own, beside those of ``MapSummary``.
private typealias DocumentPool = Pool
private typealias DocumentPolicy = Policy

/// What `inspect` tells about a map.
struct MapSummary: Encodable {
  struct Shard: Encodable {
    let id: String
    let epoch: UInt64
    let mode: String
    /// When the mode ends; nil for no end.
    let modeUntil: String?
    let modeCause: String?
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
    /// What else it says, by the names of documents.
    let terms: [String: String]
    /// The same in order.
    var termLines: [String]

    private enum CodingKeys: CodingKey {
      case id, tier, readTier, pooling, boundedFallback, primaryReadBudgetPercent, freshness, terms
    }
  }

  struct Pool: Encodable {
    let id: String
    let dedicated: Bool
    let foreign: String
    let routers: [String]
    /// 0 for all.
    let routersPerTenant: Int
    let addresses: [String]
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
  let poolDetails: [Pool]
  let tenants: Int
  let longestProbe: Int
  let shards: [Shard]

  init(_ map: CompiledMap) {
    let (header, counts) = (map.header, map.counts)
    // Everything but the tenants, which are too many to be read for this.
    let document = MapDocument(map, tenants: [])
    path = map.path
    formatVersion = header.formatVersion
    mapVersion = header.mapVersion
    issuedAt = IssueTime(millisecondsSince1970: header.issuedAt).description
    root = header.root == .none ? nil : header.root.description
    fileBytes = header.layout.fileBytes
    regions = counts.regions
    zones = counts.zones
    instances = counts.instances
    policies = document.policies.map { Policy($0) }
    pools = counts.pools
    poolDetails = document.pools.map { Pool($0) }
    tenants = counts.tenants
    longestProbe = header.longestProbe
    let addresses = Dictionary(
      uniqueKeysWithValues: document.topology.instances.map { ($0.id, $0.address) })
    func named(_ instance: String) -> String { "\(instance) (\(addresses[instance] ?? ""))" }
    shards = document.shards.map { shard in
      Shard(
        id: shard.id, epoch: shard.epoch, mode: shard.mode.name,
        modeUntil: shard.modeUntil?.description, modeCause: shard.modeCause,
        primary: named(shard.primary), replicas: shard.replicas.map(named))
    }
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
    lines.append("  pools           \(pools)")
    for pool in poolDetails { lines.append("    \(pool.text)") }
    lines.append("  shards          \(shards.count)")
    for shard in shards {
      let replicas = shard.replicas.isEmpty ? "none" : shard.replicas.joined(separator: ", ")
      let role = "primary \(shard.primary)  replicas \(replicas)"
      lines.append(
        "    \(shard.id)  epoch \(shard.epoch)  \(shard.modeText)  \(role)"
      )
    }
    return lines.joined(separator: "\n")
  }
}

extension MapSummary.Shard {
  /// `read-only until 2026-11-29T10:00:00Z (disk full)`.
  fileprivate var modeText: String {
    mode + (modeUntil.map { " until \($0)" } ?? "") + (modeCause.map { " (\($0))" } ?? "")
  }
}

extension MapSummary.Pool {
  fileprivate init(_ pool: DocumentPool) {
    id = pool.id
    dedicated = pool.dedicated
    foreign = pool.foreign.name
    routers = pool.routers
    routersPerTenant = pool.routersPerTenant
    addresses = pool.addresses
  }

  fileprivate var text: String {
    let share = routersPerTenant == 0 ? "all" : "\(routersPerTenant)"
    let facts = [
      id, dedicated ? "dedicated" : "shared", "other pools' tenants: \(foreign)",
      routers.isEmpty
        ? nil
        : "each tenant on \(share) of \(routers.count) routers: \(routers.joined(separator: ", "))",
      addresses.isEmpty ? nil : "addresses \(addresses.joined(separator: ", "))",
    ]
    return facts.compactMap(\.self).joined(separator: "  ")
  }
}

extension MapSummary.Policy {
  fileprivate init(_ policy: DocumentPolicy) {
    id = policy.id
    tier = policy.tier.name
    readTier = policy.readTier?.name
    pooling = policy.pooling?.name
    boundedFallback = policy.boundedFallback.name
    primaryReadBudgetPercent = UInt8(clamping: policy.primaryReadBudgetPercent)
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
    terms = Dictionary(
      uniqueKeysWithValues: policy.termFields.compactMap { field in
        field.value.map { (field.name, $0) }
      })
    termLines = policy.saidTerms
  }

  fileprivate var text: String {
    let bounds = FreshnessClass.allCases.compactMap { dataClass in
      freshness[dataClass.name].map { "\(dataClass.name) \($0.ttl)/\($0.maxStale)" }
    }
    let facts = [
      id, tier, readTier.map { "read-only: \($0)" }, pooling.map { "pooling: \($0)" },
      "bounded reads fall back to: \(boundedFallback)",
      "reads on the primary: \(primaryReadBudgetPercent) %",
      "freshness " + bounds.joined(separator: ", "),
      termLines.isEmpty ? nil : termLines.joined(separator: ", "),
    ]
    return facts.compactMap(\.self).joined(separator: "  ")
  }
}
