/// A statement of the admin console.
public enum AdminStatement: Sendable, Hashable {
  /// `SHOW`: a table; of tenants, those whose id fits a pattern.
  case show(AdminTable, like: String?)
  /// Something that changes the router.
  case order(AdminOrder)
  /// `SET`, which drivers send by themselves: it has no effect.
  case set
  /// `BEGIN` and its like, which drivers send by themselves: it has no effect but on what the client is told.
  case begin
  /// The end of that, with its tag.
  case end(EndOfTransaction)
}

/// How a transaction is said to end.
public enum EndOfTransaction: String, Sendable, Hashable {
  /// `COMMIT`.
  case commit = "COMMIT"
  /// `ROLLBACK`.
  case rollback = "ROLLBACK"
}

/// What `SHOW` shows; the raw value is the word behind it.
public enum AdminTable: String, Sendable, Hashable, CaseIterable {
  case help, version, pools, clients, servers, stats, tenants, shards, replicas, map, config
  case workers, limits, overload, modes, state
  case tenantTotals = "tenant totals"
}

/// What an operator orders.
public enum AdminOrder: Sendable, Hashable {
  /// Begin no more work there, and say when what was begun is over.
  case pause(AdminScope)
  /// Take such a pause back.
  case resume(AdminScope)
  /// End sessions.
  case kill(KillTarget)
  /// Read again what may change without a restart.
  case reload

  /// The order's tag.
  public var tag: String {
    switch self {
    case .pause: "PAUSE"
    case .resume: "RESUME"
    case .kill: "KILL"
    case .reload: "RELOAD"
    }
  }
}

/// What a pause is about.
public enum AdminScope: Sendable, Hashable, CustomStringConvertible {
  /// Everything.
  case all
  /// One tenant, by its id.
  case tenant(String)
  /// One shard, by its id.
  case shard(String)
  /// One instance, by its id.
  case instance(String)

  /// As it is written behind PAUSE.
  public var description: String {
    switch self {
    case .all: "ALL"
    case .tenant(let id): "TENANT \(id)"
    case .shard(let id): "SHARD \(id)"
    case .instance(let id): "INSTANCE \(id)"
    }
  }
}

/// Which sessions are ended.
public enum KillTarget: Sendable, Hashable, CustomStringConvertible {
  /// One, by what SHOW CLIENTS has as its `ptr`.
  case client(ClientID)
  /// All of a tenant.
  case tenant(String)
  /// All that are in databases of this name.
  case database(String)

  /// As it is written behind KILL.
  public var description: String {
    switch self {
    case .client(let id): "\(id)"
    case .tenant(let id): "TENANT \(id)"
    case .database(let name): "DATABASE \(name)"
    }
  }
}

/// The name of a client's session for as long as it lasts: `0.17.2`.
public struct ClientID: Sendable, Hashable, CustomStringConvertible {
  /// The worker that has it, from 0.
  public let worker: Int
  /// Its place there.
  public let slot: UInt32
  /// Which of the place's sessions over time it is.
  public let generation: UInt32

  /// A name of these parts.
  public init(worker: Int, slot: UInt32, generation: UInt32) {
    self.worker = worker
    self.slot = slot
    self.generation = generation
  }

  /// Reads ``description``; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let worker = UInt16(parts[0]), let slot = UInt32(parts[1]),
      let generation = UInt32(parts[2])
    else { return nil }
    self.init(worker: Int(worker), slot: slot, generation: generation)
    guard description == text else { return nil }
  }

  /// Worker, place and generation.
  public var description: String { "\(worker).\(slot).\(generation)" }
}
