import ArgumentParser
import MapDocument
import ShardMap

/// `shardway map inspect`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Verify a compiled map and tell what is in it.",
    discussion: """
      Reads the whole file and checks it against its checksums, then prints its versions, \
      counts, sizes and shards.

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

  let path: String
  let formatVersion: UInt32
  let mapVersion: UInt64
  let issuedAt: String
  let fileBytes: Int
  let regions: Int
  let zones: Int
  let instances: Int
  let policies: Int
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
    fileBytes = header.layout.fileBytes
    regions = counts.regions
    zones = counts.zones
    instances = counts.instances
    policies = counts.policies
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
      "  size            \(fileBytes) bytes, longest probe \(longestProbe)",
      "  topology        \(regions) regions, \(zones) zones, \(instances) instances",
      "  tenants         \(tenants), under \(policies) policies, in \(pools) pools",
      "  shards          \(shards.count)",
    ]
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
