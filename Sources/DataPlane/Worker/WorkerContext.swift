public import ShardMap

/// What a worker is given by the router and shares with it.
public struct WorkerContext: Sendable {
  /// The worker's number, from 0.
  let index: Int
  let settings: RouterSettings
  /// The setting `pooling.queryWait`: a `Duration` takes hundreds of instructions to come to this, and many transactions wait.
  let queryWaitNanoseconds: UInt64
  let mapSlot: MapSlot
  let mailbox: Mailbox
  /// The mailboxes of all workers, by number.
  let peers: [Mailbox]
  let budget: ConnectionBudget
  let freshness: FreshnessSlot
  /// What bounds the connections of all workers to one instance; nil where nothing does.
  let caps: CapTable?
  /// Told the worker's number and a map when the worker begins to use it, on the worker's thread.
  let mapApplied: (@Sendable (Int, CompiledMap) -> Void)?
  /// What the worker counts and tells.
  public let report: WorkerReport

  /// The contexts of a router's workers.
  public static func all(
    count: Int, settings: RouterSettings, mapSlot: MapSlot,
    freshness: FreshnessSlot = FreshnessSlot(),
    mapApplied: (@Sendable (Int, CompiledMap) -> Void)? = nil
  ) -> [WorkerContext] {
    let mailboxes = (0..<count).map { _ in Mailbox() }
    let budget = ConnectionBudget(limit: settings.limits.clientConnections)
    let caps = settings.pooling.serversPerInstance.map { CapTable(limit: $0, workers: count) }
    return mailboxes.indices.map { index in
      WorkerContext(
        index: index, settings: settings,
        queryWaitNanoseconds: settings.pooling.queryWait.wholeNanoseconds, mapSlot: mapSlot,
        mailbox: mailboxes[index],
        peers: mailboxes, budget: budget, freshness: freshness, caps: caps,
        mapApplied: mapApplied, report: WorkerReport())
    }
  }

  /// Slots for sessions: `SO_REUSEPORT` spreads clients by hash, so one worker may get more than its share.
  var sessionCapacity: Int {
    settings.limits.clientConnections + SessionLimits.sessionsForRefusals
  }

  /// Slots for server connections: as many as sessions could want at once.
  var linkCapacity: Int { max(64, settings.pooling.serversPerWorker) }

  /// Tells the worker that another map is in its slot. Any thread may.
  public func noteMapChange() { mailbox.post(.mapChanged) }

  /// Tells the worker that something new was said about the map's age, or that the sidecar has answered. Any thread may.
  public func noteFreshness() { mailbox.post(.freshnessChanged) }

  /// Tells the worker to end its sessions and stop. Any thread may.
  public func orderStop() { mailbox.post(.stop) }
}

/// A listening socket of one worker.
public struct WorkerListener: Sendable {
  enum State { case idle, accepting, pausing, closing, closed }

  let descriptor: Int32
  let spoken: ListenerProtocol
  let pooling: PoolingMode
  var state = State.idle

  /// A socket that listens already.
  public init(descriptor: Int32, spoken: ListenerProtocol, pooling: PoolingMode = .session) {
    self.descriptor = descriptor
    self.spoken = spoken
    self.pooling = pooling
  }
}
