internal import ArgumentParser
internal import MapExchange

/// A kind of resource as a word of the command line.
protocol CommandedKind: Sendable {
  static var kind: ResourceKind { get }
}

/// The kinds, each a command of its own.
enum Commanded {
  enum Tenant: CommandedKind { static let kind = ResourceKind.tenant }
  enum Shard: CommandedKind { static let kind = ResourceKind.shard }
  enum Instance: CommandedKind { static let kind = ResourceKind.instance }
  enum Policy: CommandedKind { static let kind = ResourceKind.policy }
  enum Pool: CommandedKind { static let kind = ResourceKind.pool }
  enum Region: CommandedKind { static let kind = ResourceKind.region }
  enum Zone: CommandedKind { static let kind = ResourceKind.zone }
}

/// `shardway tenant`, `shardway shard`, and so on.
struct ResourceCommand<Commanded: CommandedKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    let kind = Commanded.kind
    return CommandConfiguration(
      commandName: kind.rawValue,
      abstract: "Lists and changes \(kind.plural) in the control plane.",
      discussion: """
        Exit status: 0 success; 1 the control plane said no; 2 it can't be reached; 64 wrong usage.

        EXAMPLES
          shardway \(kind.rawValue) list
          shardway \(kind.rawValue) get \(kind.sampleID) --json
          shardway \(kind.rawValue) set \(kind.sampleID) \(kind.sampleFields) --why "\(kind.sampleReason)"
          shardway \(kind.rawValue) delete \(kind.sampleID)
        """,
      subcommands: [
        ResourceList<Commanded>.self, ResourceGet<Commanded>.self, ResourceSet<Commanded>.self,
        ResourceDelete<Commanded>.self,
      ] + furtherCommands)
  }
}

extension ResourceCommand {
  /// What only some kinds have.
  private static var furtherCommands: [any ParsableCommand.Type] {
    switch Commanded.kind {
    case .shard, .tenant: [ModeCommand<Commanded>.self]
    case .pool: [PoolPlanCommand.self]
    case .region, .zone, .instance, .policy: []
    }
  }
}

extension ResourceKind {
  /// The kind's name for more than one.
  var plural: String {
    switch self {
    case .policy: "policies"
    default: "\(rawValue)s"
    }
  }

  /// What one could be called, for examples.
  var sampleID: String {
    switch self {
    case .tenant: "acme"
    case .shard: "s1"
    case .instance: "s1-a"
    case .policy: "standard"
    case .pool: "premium"
    case .region: "eu-central"
    case .zone: "eu-central-1"
    }
  }

  /// What could be set, for examples.
  var sampleFields: String {
    switch self {
    case .tenant: "shard=s2"
    case .shard: "primary=s1-b replicas=s1-a,s1-c"
    case .instance: "zone=eu-central-1 address=192.0.2.7:5432"
    case .policy: "tier=strong envelope.transactionsPerSecond=500 envelope.burst=100"
    case .pool: "dedicated=true routers=p1,p2 addresses=192.0.2.9:6432"
    case .region: "--create"
    case .zone: "region=eu-central"
    }
  }

  /// Why something could be set, for examples.
  var sampleReason: String {
    switch self {
    case .tenant: "moved to the quieter shard"
    case .shard: "switch-over for the kernel update"
    default: "order 4711"
    }
  }
}
