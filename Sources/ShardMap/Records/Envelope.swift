/// What each tenant of a policy may use at most, in the whole region. Nil limits nothing.
public struct Envelope: Hashable, Sendable {
  /// Transactions begun in a second, in the long run.
  public var transactionsPerSecond: UInt32?
  /// Transactions that may begin at once after a pause. From 1; counts only with
  /// ``transactionsPerSecond``.
  public var transactionBurst: UInt32
  /// Client connections at a time.
  public var clientConnections: UInt32?
  /// Client connections begun in a second, refused ones included; as many may come at once.
  public var connectionAttemptsPerSecond: UInt32?
  /// Server connections that are at work for it at a time.
  public var serverConnections: UInt32?
  /// Bytes a second from its clients; a second's worth may come at once.
  public var bytesInPerSecond: UInt64?
  /// Bytes a second to its clients; a second's worth may go at once.
  public var bytesOutPerSecond: UInt64?
  /// How long work that is over a limit waits before it is refused, in milliseconds.
  public var maxDelayMilliseconds: UInt32
  /// Its share of what waiting tenants get, relative to others. From 1.
  public var weight: UInt16
  /// What is given up first when the router itself is short.
  public var priority: WorkPriority

  /// ``maxDelayMilliseconds`` where a policy doesn't say.
  public static let standardMaxDelayMilliseconds: UInt32 = 1000

  /// An envelope from its parts; nothing is checked.
  public init(
    transactionsPerSecond: UInt32? = nil, transactionBurst: UInt32 = 1,
    clientConnections: UInt32? = nil, connectionAttemptsPerSecond: UInt32? = nil,
    serverConnections: UInt32? = nil, bytesInPerSecond: UInt64? = nil,
    bytesOutPerSecond: UInt64? = nil,
    maxDelayMilliseconds: UInt32 = Self.standardMaxDelayMilliseconds, weight: UInt16 = 1,
    priority: WorkPriority = .interactive
  ) {
    self.transactionsPerSecond = transactionsPerSecond
    self.transactionBurst = transactionBurst
    self.clientConnections = clientConnections
    self.connectionAttemptsPerSecond = connectionAttemptsPerSecond
    self.serverConnections = serverConnections
    self.bytesInPerSecond = bytesInPerSecond
    self.bytesOutPerSecond = bytesOutPerSecond
    self.maxDelayMilliseconds = maxDelayMilliseconds
    self.weight = weight
    self.priority = priority
  }

  /// No limit at all.
  public static let unlimited = Envelope()
}

/// What is given up first when a router is short of something: the last one here. The raw value is
/// what a map file stores.
public enum WorkPriority: UInt8, NamedValue {
  /// Somebody waits for it.
  case interactive = 0
  /// It is part of a larger piece of work.
  case batch = 1
  /// It can be done at any time.
  case background = 2

  /// The name in documents, tools and logs.
  public var name: String {
    switch self {
    case .interactive: "interactive"
    case .batch: "batch"
    case .background: "background"
    }
  }
}
