public import Admission
import Glibc
public import ShardMap

/// What a worker is given by the router and shares with it.
public struct WorkerContext: Sendable {
  /// The worker's number, from 0.
  let index: Int
  /// Which workers serve whom.
  let groups: WorkerGroups
  /// The number of the group that the worker is in.
  let group: Int
  /// The worker's number in its group, from 0.
  let member: Int
  /// Which core its thread is bound to, as far as it is.
  let workerCore: WorkerCore
  /// What the router was told; of pooling, what holds for the worker's group.
  private(set) var settings: RouterSettings
  /// The setting `pooling.queryWait`: a `Duration` takes hundreds of instructions to come to this, and many transactions wait.
  private(set) var queryWaitNanoseconds: UInt64
  /// The setting `pooling.queueTarget`, likewise.
  private(set) var queueTargetNanoseconds: UInt64
  let mapSlot: MapSlot
  let mailbox: Mailbox
  /// The mailboxes of all workers, by number.
  let peers: [Mailbox]
  /// The mailboxes of the group's workers, by their number in it.
  let fellows: [Mailbox]
  /// How many sessions each worker has, by number.
  let loads: [WorkerLoad]
  /// The client connections of the group.
  let budget: ConnectionBudget
  let freshness: FreshnessSlot
  /// What the workers share of tenants' envelopes.
  let tenants: TenantDirectory
  /// Where events for the control plane go.
  let outbox: RouterOutbox
  /// Where what is measured of tenants goes.
  let inbox: TenantInbox
  /// Which shards are not normal.
  let modes: ModeBook
  /// Which instances the control plane was told of as ejected.
  let ejections: InstanceEjections
  /// Which tenants it was told of as over a limit.
  let throttled: ThrottledTenants
  /// Numbers of shards, the same for all workers.
  let shards: ShardRegister
  /// What bounds the connections of the group's workers to one instance; nil where nothing does.
  let caps: CapTable?
  /// Told the worker's number and a map when the worker begins to use it, on the worker's thread.
  let mapApplied: (@Sendable (Int, CompiledMap) -> Void)?
  /// What the worker counts and tells.
  public let report: WorkerReport

  /// The contexts of a router's workers, which all serve everybody unless `groups` says otherwise. Each is bound to a core of its own where
  /// there are enough.
  public static func all(
    count: Int, groups: WorkerGroups? = nil, cores: [Int32] = [], settings: RouterSettings,
    mapSlot: MapSlot,
    freshness: FreshnessSlot = FreshnessSlot(), tenants: TenantDirectory? = nil,
    outbox: RouterOutbox = RouterOutbox(), inbox: TenantInbox = TenantInbox(),
    mapApplied: (@Sendable (Int, CompiledMap) -> Void)? = nil
  ) -> [WorkerContext] {
    let groups = groups ?? WorkerGroups(workers: count)
    let mailboxes = (0..<count).map { _ in Mailbox() }
    let loads = (0..<count).map { _ in WorkerLoad() }
    let means = GroupMeans.all(groups, settings)
    let tenants = tenants ?? TenantDirectory(workers: count)
    let modes = ModeBook()
    let ejections = InstanceEjections()
    let throttled = ThrottledTenants()
    let shards = ShardRegister()
    return mailboxes.indices.map { index in
      let group = groups.number(ofWorker: index)
      let workers = groups.groups[group].workers
      let settings = means[group].settings
      return WorkerContext(
        index: index, groups: groups, group: group, member: index - workers.lowerBound,
        workerCore: WorkerCore(count <= cores.count ? cores[index] : nil),
        settings: settings,
        queryWaitNanoseconds: settings.pooling.queryWait.wholeNanoseconds,
        queueTargetNanoseconds: settings.pooling.queueTarget.wholeNanoseconds, mapSlot: mapSlot,
        mailbox: mailboxes[index], peers: mailboxes, fellows: Array(mailboxes[workers]),
        loads: loads, budget: means[group].budget, freshness: freshness, tenants: tenants,
        outbox: outbox, inbox: inbox, modes: modes, ejections: ejections, throttled: throttled,
        shards: shards, caps: means[group].caps, mapApplied: mapApplied,
        report: WorkerReport(
          requests: settings.http.map { RequestHistograms(bounds: $0.bounds) },
          spans: settings.tracing?.queue))
    }
  }

  /// Goes on with other settings of the worker's group.
  mutating func use(_ settings: RouterSettings) {
    self.settings = settings
    queryWaitNanoseconds = settings.pooling.queryWait.wholeNanoseconds
    queueTargetNanoseconds = settings.pooling.queueTarget.wholeNanoseconds
  }

  /// The worker's own sessions, counted for others.
  var load: WorkerLoad { loads[index] }

  /// Whether some tenants have workers of their own.
  var hasDedicatedWorkers: Bool { groups.groups.count > 1 }

  /// Slots for sessions: `SO_REUSEPORT` spreads clients by hash, so one worker may get more than its share.
  var sessionCapacity: Int {
    settings.limits.clientConnections + SessionLimits.sessionsForRefusals
  }

  /// The worker's part of what sessions may take; nil where there is no limit.
  var memoryShare: Int? { settings.limits.memoryBytes.map { $0 / peers.count } }

  /// Slots for server connections: as many as sessions could want at once.
  var linkCapacity: Int { max(64, settings.pooling.serversPerWorker) }

  /// Leaves a message that has a connection with it; where the worker has ended, the connection ends, too, or goes back. Any thread may.
  func leave(_ message: WorkerMessage) {
    if !mailbox.post(message) { giveUp(message) }
  }

  /// Lets go of what comes with a message that the worker will not read. Any thread may.
  func giveUp(_ message: WorkerMessage) {
    switch message {
    case .session(let handed):
      load.remove()
      close(handed.client)
    case .cancel(let handed):
      close(handed.client)
    case .arrival(let arrival):
      load.remove()
      close(arrival.descriptor)
      arrival.channel.send(.declined(number: arrival.number, "\(ArrivalFault.stopping)"))
    default: break
    }
  }

  /// Tells the worker that another map is in its slot. Any thread may.
  public func noteMapChange() { mailbox.post(.mapChanged) }

  /// Tells the worker that something new was said about the map's age, or that the sidecar has answered. Any thread may.
  public func noteFreshness() { mailbox.post(.freshnessChanged) }

  /// Asks the worker for a census. Any thread may.
  func askForCensus(_ number: UInt64) { mailbox.post(.census(number)) }

  /// Tells the worker to end its sessions and stop. Any thread may.
  public func orderStop() { mailbox.post(.stop) }

  /// Tells the worker to let go of its sessions and then stop. Any thread may.
  public func orderDrain(_ plan: DrainPlan) { mailbox.post(.drain(plan)) }
}

/// A listening socket of one worker.
public struct WorkerListener: Sendable {
  /// What it does about clients that come.
  ///
  /// ```
  ///          ┌───────── asked for ─────────┐
  ///        idle ◀── ended by itself ── accepting ── the router stops ──▶ closing ──▶ idle ──▶ closed
  ///         ▲ ▲                            │ withdrawn
  ///         │ └─── time, or room ───┐      ▼
  ///         └───── time ── pausing ◀┴─ withdrawing ──▶ held ── room ──▶ idle
  /// ```
  enum State {
    /// It asks for nothing.
    case idle
    /// The kernel hands clients over.
    case accepting
    /// It goes on when a pause is over.
    case pausing
    /// The kernel was told to hand none over any more, because there is little room for them.
    case withdrawing
    /// It goes on when there is room.
    case held
    /// The kernel was told so because the router stops.
    case closing
    case closed
  }

  let descriptor: Int32
  private(set) var spoken: ListenerProtocol
  private(set) var pooling: PoolingMode
  /// Its place among the router's listeners; nil where that is its place among the worker's.
  let number: Int?
  /// Whether clients encrypt.
  public var tls = ListenerTLS.off
  /// Which names of clients that do are tenants'.
  public var tenantNames = TenantNames()
  /// Whether its clients come through a proxy.
  private(set) var proxy: ProxyAcceptance
  var state = State.idle

  /// A socket that listens already.
  public init(
    descriptor: Int32, spoken: ListenerProtocol, pooling: PoolingMode = .session,
    number: Int? = nil, proxy: ProxyAcceptance = .off
  ) {
    self.descriptor = descriptor
    self.number = number
    self.spoken = spoken
    self.pooling = pooling
    self.proxy = proxy
  }

  /// A socket that listens already for what the settings say.
  init(_ settings: ListenerSettings, descriptor: Int32, number: Int? = nil) {
    self.init(
      descriptor: descriptor, spoken: settings.spoken, pooling: settings.pooling, number: number,
      proxy: settings.proxy)
    tls = settings.tls
    tenantNames = settings.tenantNames
  }

  /// Treats the clients that come from now on as other settings say.
  mutating func follow(_ settings: ListenerSettings) {
    spoken = settings.spoken
    pooling = settings.pooling
    proxy = settings.proxy
    tls = settings.tls
    tenantNames = settings.tenantNames
  }

  /// The same listener for a worker that does not listen, but is handed the clients of others.
  static func elsewhere(_ settings: ListenerSettings) -> WorkerListener {
    var listener = WorkerListener(settings, descriptor: -1)
    listener.state = .closed
    return listener
  }
}
