/// How a router lets go of its clients before it ends. All times count from the order.
public struct DrainPlan: Sendable, Equatable {
  /// How long it goes on accepting: what spreads connections over routers needs a while to notice that this one is not ready.
  public var keepAccepting: Duration
  /// Over how long, after that, idle sessions are told to go, so that they don't all come back to the other routers at once.
  public var spread: Duration
  /// When those are cut that have not come to the end of a transaction meanwhile.
  public var deadline: Duration
  /// Whether another process has the listening sockets too, and will serve who waits there to be accepted.
  public var leavesBacklog: Bool

  /// Names a plan; the defaults fit a Network Load Balancer.
  public init(
    keepAccepting: Duration = .seconds(90), spread: Duration = .seconds(30),
    deadline: Duration = .seconds(300), leavesBacklog: Bool = false
  ) {
    self.keepAccepting = keepAccepting
    self.spread = spread
    self.deadline = deadline
    self.leavesBacklog = leavesBacklog
  }
}

/// Numbers of a drain's own.
enum DrainLimits {
  /// How long an accept waits for a client that another process may have taken meanwhile, in microseconds.
  static let acceptMicroseconds = 1_000
  /// A client gets this long from its accept to the end of its first transaction before it is told to go as idle: one that was let in
  /// at the last moment is to have something of it.
  static let firstTransaction: Duration = .seconds(2)
  /// How often a worker looks whose turn has come.
  static let look: Duration = .milliseconds(100)
  /// Clients at most that are accepted out of one listener's backlog before it is closed.
  static let backlogTaken = 4096
  /// Sessions looked at in one turn.
  static let sessionsATurn = 1024
}
