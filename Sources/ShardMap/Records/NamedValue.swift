/// A closed set of values, each with the name that documents, tools and logs use.
public protocol NamedValue: CaseIterable, Hashable, Sendable {
  /// The value's name, stable for ever.
  var name: String { get }
}

extension NamedValue {
  /// The value of this name, or nil.
  public init?(named name: String) {
    guard let value = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = value
  }
}

/// Whether a tenant may open sessions. The raw value is what a map file stores.
public enum TenantState: UInt8, NamedValue {
  /// Sessions are routed.
  case active = 0
  /// New sessions are refused.
  case suspended = 1

  /// The name in documents, tools and logs.
  public var name: String {
    switch self {
    case .active: "active"
    case .suspended: "suspended"
    }
  }
}

/// What the routers of a pool do with a tenant of another one. The raw value is what a map file stores.
public enum ForeignTenants: UInt8, NamedValue {
  /// It is refused.
  case refuse = 0
  /// Its session is relayed to a router of its own pool.
  case relay = 1
  /// It is served when another router has relayed it: the pool is for quarantine.
  case serve = 2

  /// The name in documents, tools and logs.
  public var name: String {
    switch self {
    case .refuse: "refuse"
    case .relay: "relay"
    case .serve: "serve"
    }
  }
}

/// How long a client keeps a server connection. The raw value is what a map file stores.
public enum PoolMode: UInt8, NamedValue {
  /// As long as it is connected.
  case session = 0
  /// For one transaction at a time.
  case transaction = 1

  /// The name in documents, tools and logs.
  public var name: String {
    switch self {
    case .session: "session"
    case .transaction: "transaction"
    }
  }
}
