/// A group of clients that do the same.
public struct Load: Sendable, Equatable {
  /// The group's name, which objectives and reports use.
  public var name: String
  /// Whom its connections are for.
  public var tenants: TenantChoice
  /// Client connections, over all workers.
  public var connections: Int
  /// When its transactions begin.
  public var arrivals: Arrivals
  /// `shardway.consistency` of the sessions, as `bounded:5s`; nil leaves it to the tenant's policy.
  public var tier: String?
  /// How its statements are sent.
  public var mode = QueryMode.prepared
  /// What is sent; weights above zero.
  public var mix: [WeightedTransaction]
  /// A client's pause between two statements of one transaction.
  public var thinkTime: Duration = .zero
  /// Transactions after which a connection is closed and opened anew, for a tenant that is drawn
  /// anew; nil keeps it.
  public var transactionsPerConnection: Int?

  /// A group of clients.
  public init(
    name: String, tenants: TenantChoice, connections: Int, arrivals: Arrivals,
    mix: [WeightedTransaction]
  ) {
    self.name = name
    self.tenants = tenants
    self.connections = connections
    self.arrivals = arrivals
    self.mix = mix
  }
}

extension Load {
  /// Whether its transactions are attempts to open a connection.
  public var onlyConnects: Bool { mix.contains { $0.transaction == .connect } }
}

/// How statements are sent.
public enum QueryMode: String, Sendable, CaseIterable {
  /// Query, parameters written into the text.
  case simple
  /// Parse, Bind, Execute, Sync each time, unnamed.
  case extended
  /// Parsed once a connection under a name, then Bind, Execute, Sync.
  case prepared
}

/// Which tenants a load's connections are for. Each connection draws one when it is opened and
/// keeps it; an arrival draws a connection, so that a tenant's share of the load is its share of
/// the connections.
public enum TenantChoice: Sendable, Equatable {
  /// Each alike.
  case uniform([String])
  /// The k-th with a weight of `1 / k^exponent`; the exponent is above 0, at most 5.
  case zipf([String], exponent: Double)
  /// Each by its own weight, above 0.
  case weighted([WeightedTenant])

  /// The tenants' names.
  public var names: [String] {
    switch self {
    case .uniform(let names), .zipf(let names, _): names
    case .weighted(let tenants): tenants.map(\.name)
    }
  }
}

/// A tenant with its share.
public struct WeightedTenant: Sendable, Equatable {
  /// The tenant's id, as the map has it.
  public var name: String
  /// Its share, in relation to the others' weights; above 0.
  public var weight: Double

  /// A tenant with its share.
  public init(name: String, weight: Double) {
    self.name = name
    self.weight = weight
  }
}

/// When transactions begin.
public enum Arrivals: Sendable, Equatable {
  /// By a schedule that doesn't wait for answers.
  case open(Schedule, RatePlan)
  /// Whenever a client has its answer and has paused: a closed loop.
  case closed(pause: Duration)

  /// How the moments of an open schedule lie.
  public enum Schedule: String, Sendable, CaseIterable {
    /// Independent of each other: exponential gaps.
    case poisson
    /// Equal gaps.
    case fixed
  }
}

/// A rate over time: linear between points, constant before the first and after the last.
public struct RatePlan: Sendable, Equatable {
  /// A rate at a moment.
  public struct Point: Sendable, Equatable {
    /// From the beginning of the measurement.
    public var at: Duration
    /// Over all workers; 0 for none.
    public var transactionsPerSecond: Double

    /// A rate at a moment.
    public init(at: Duration, transactionsPerSecond: Double) {
      self.at = at
      self.transactionsPerSecond = transactionsPerSecond
    }
  }

  /// At least one, in order of time; two at one moment are a jump.
  public var points: [Point]

  /// A rate that stays.
  public init(transactionsPerSecond: Double) {
    points = [Point(at: .zero, transactionsPerSecond: transactionsPerSecond)]
  }

  /// A rate that goes through points.
  public init(points: [Point]) { self.points = points }
}

/// A transaction with its share of a mix.
public struct WeightedTransaction: Sendable, Equatable {
  /// What is sent.
  public var transaction: TransactionKind
  /// Its share, in relation to the others' weights; above 0.
  public var weight: Double
  /// `shardway.consistency` of this transaction alone; nil is the load's.
  public var tier: String?

  /// A transaction with its share.
  public init(_ transaction: TransactionKind, weight: Double = 1, tier: String? = nil) {
    self.transaction = transaction
    self.weight = weight
    self.tier = tier
  }
}

/// What a transaction is.
public enum TransactionKind: Sendable, Equatable {
  /// One row of `pgbench_accounts` by its key.
  case selectOnly
  /// `pgbench`'s TPC-B-like transaction: three updates, a select and an insert, between BEGIN and
  /// END.
  case tpcbLike
  /// One row of so many bytes, made by `repeat('x', bytes)`.
  case payload(bytes: Int)
  /// Writes a counter of its connection's own by tier `strong`, reads it by the load's tier, and
  /// checks that the read is no older than the write.
  case readYourWrite
  /// Reads a counter that the same load increases, by a tier with a bound, and checks how old the
  /// answer is: for how long a greater value had been acknowledged when the read was sent.
  case staleness(bound: Duration)
  /// The statements of a file.
  case script(SQLScript)
  /// An attempt to open a connection: it is completed when the session is there, and then closed. A
  /// load that does this does nothing else: its connections are as many as may be tried at a time.
  case connect

  /// The name in files and reports.
  public var name: String {
    switch self {
    case .selectOnly: "select-only"
    case .tpcbLike: "tpcb-like"
    case .payload(let bytes): "payload \(bytes) B"
    case .readYourWrite: "read-your-write"
    case .staleness: "staleness"
    case .script(let script): script.name
    case .connect: "connect"
    }
  }
}

/// The statements of an SQL file, as `pgbench` would read it.
public struct SQLScript: Sendable, Equatable {
  /// A variable that is drawn for each transaction: `\set NAME random(LEAST, MOST)`.
  public struct Variable: Sendable, Equatable {
    /// Its name without the colon.
    public var name: String
    /// What it is drawn from, each number alike; both ends belong to it.
    public var range: ClosedRange<Int64>

    /// A variable.
    public init(name: String, range: ClosedRange<Int64>) {
      self.name = name
      self.range = range
    }
  }

  /// A statement's text between its variables: `SELECT … = ` `aid` `;`.
  public enum Piece: Sendable, Equatable {
    case text(String)
    /// The variable with this index.
    case variable(Int)
  }

  /// The file's name without its folder.
  public var name: String
  /// All of its variables, each drawn once a transaction; their names differ.
  public var variables: [Variable]
  /// Each statement's pieces, without the semicolon; none is empty.
  public var statements: [[Piece]]

  /// The statements of a file.
  public init(name: String, variables: [Variable], statements: [[Piece]]) {
    self.name = name
    self.variables = variables
    self.statements = statements
  }
}
