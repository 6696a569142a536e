/// How much of what a worker may use it uses, in thousandths of each limit; may be above 1000. What
/// has no limit is 0.
public struct OverloadUse: Hashable, Sendable {
  /// Memory of sessions: their state, logins, and bytes that wait.
  public var memory: Int
  /// Client connections of the whole router.
  public var connections: Int
  /// Sessions that wait for a server connection.
  public var waitingWork: Int
  /// How long the front of a queue has waited, of what is aimed at.
  public var queueWait: Int

  /// A use from its parts.
  public init(memory: Int = 0, connections: Int = 0, waitingWork: Int = 0, queueWait: Int = 0) {
    self.memory = memory
    self.connections = connections
    self.waitingWork = waitingWork
    self.queueWait = queueWait
  }

  /// The use of one thing.
  public subscript(cause: OverloadCause) -> Int {
    switch cause {
    case .memory: memory
    case .connections: connections
    case .waitingWork: waitingWork
    case .queueWait: queueWait
    }
  }

  /// An amount in thousandths of its limit; 0 where there is no limit.
  public static func thousandths(_ amount: UInt64, of limit: UInt64) -> Int {
    guard limit > 0 else { return 0 }
    let (scaled, isTooMuch) = amount.multipliedReportingOverflow(by: 1000)
    return isTooMuch ? .max : Int(clamping: scaled / limit)
  }
}

/// What a router can be short of.
public enum OverloadCause: UInt8, CaseIterable, Sendable {
  case memory, connections, waitingWork, queueWait

  /// The stable text, for logs, metrics and tools.
  public var name: String {
    switch self {
    case .memory: "memory"
    case .connections: "connections"
    case .waitingWork: "waiting-work"
    case .queueWait: "queue-wait"
    }
  }
}
