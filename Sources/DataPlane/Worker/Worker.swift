import Admission
import Authentication
import HotTenants
import Pooling
import Routing
import ShardMap

/// One thread's share of the router: it accepts clients, routes each to its tenant's shard, and relays.
///
/// It is generic over the ``Kernel`` and shares nothing with its peers but the map and a mailbox. All its decisions are made from
/// completions and the clock, so a simulated kernel replays it exactly.
///
/// Its functions are mutating even where they change nothing: a worker that is only borrowed is passed as a copy of all its fields, kilobytes of them.
///
/// The order of a turn: ask the kernel for what the sessions want (`Worker+Reconcile`), submit and wait, take all completions
/// (`Worker+Completions`), settle the quiet sends, look at clock and mailbox, do a slice of the chores (`Worker+Chores`).
public struct Worker<K: Kernel & ~Copyable>: ~Copyable {
  /// The world.
  public var kernel: K
  var context: WorkerContext
  var listeners: [WorkerListener]
  /// Whether a listener asks for something of the kernel.
  var listenersWantWork = true
  /// When listeners that ran into a limit go on.
  var acceptResumesAt: MonotonicTime?
  /// What the worker gives up because it is short of something; the gauge behind it is `shortage`.
  var overload = OverloadLevel.none
  var shortage: WorkerShortage
  /// Sessions that wait for their clients to speak or to read, and may have to make room for others.
  var idlers: LoginQueues

  var sessions: Slab<Session>
  /// Sessions whose state asks for something of the kernel.
  var listed: WorkList<SlabHandle>
  /// Quiet sends that are queued, or submitted and not yet known to have been whole.
  var quietSends: WorkList<QuietSend>
  /// Whether something waits for a quiet send to be settled: one that succeeds completes with nothing, so nothing would end a sleep.
  var isSettlingAwaited = false
  /// The same of sessions that share server connections.
  var pooledSends: WorkList<QuietSend>
  /// What sessions take of the memory that they may take.
  let memory: MemoryLedger
  var relayBlocks: BlockPool
  var loginBlocks: BlockPool
  /// What clients have sent that wait for a server.
  var unreadBlocks: BlockPool
  /// Bytes that were changed on their way, or are the router's own.
  var stage = StageBuffers()
  var timers: TimerWheel
  var cancels: CancelTable

  /// The tenants that PROXY headers have named, by session slot.
  var proxiedTenants: [UInt32: ProxiedTenants] = [:]
  /// What sessions have that share server connections, by session slot.
  var pooledClients: SlotTable<PooledClient>
  /// The tenants that have sessions here.
  var tenants: TenantTable
  /// What they do.
  var meter: TenantMeter
  /// Those of them whose new sessions go elsewhere.
  var quarantine = QuarantineBook()
  /// Grows whenever envelopes may be others than before; from 1.
  var envelopeEdition: UInt32 = 1
  /// Sessions whose tenants are over a limit.
  var fairQueue: FairQueue
  var delayed = DelayedTenants()
  var spareRefusals = SpareRefusals()
  /// When to look next at what tenants hold and don't use; nil when they hold nothing.
  var giveBackDue: MonotonicTime?
  /// The links that they share.
  var links: Slab<ServerLink>
  /// How many of them are idle, of all pools together.
  var idleLinkCount = 0
  /// Server connections whose state asks for something of the kernel.
  var listedLinks: WorkList<SlabHandle>
  var linkTimers: TimerWheel
  var accounts: [Account] = []
  var freeAccounts: [Int] = []
  /// Accounts by what tells them from others.
  var accountByStartup: [[UInt8]: Int] = [:]
  var pools = PoolTable()
  /// How large pools are, and for how long.
  var poolLimits: PoolLimits
  /// What the worker has of capped instances, by place; places are used again.
  var shares: [InstanceShare] = []
  var freeShares: [Int] = []
  var shareByAddress: [SocketAddress: Int] = [:]
  /// Pools that are to be tried again when their pause is over.
  var poolsToRetry: Set<Int> = []
  var waits: WaitLinks
  /// Sessions that wait for a server connection.
  var waitingCount = 0
  /// Sessions that wait for a shard that is paused, and some that did a moment ago.
  var pausedSessions: [SlabHandle] = []
  /// Grows whenever something may have another primary than before; from 1.
  var routesVersion: UInt64 = 1
  /// Different values of settings.
  var values: ValueTable
  /// Different prepared statements.
  var statements: StatementRegistry
  /// The secret under which names of statements are hashed.
  let statementKey: HashKey
  /// What servers have said about roles' verifiers.
  var verifiers: VerifierCache
  /// Who guesses passwords, and has to wait.
  var throttle = LoginThrottle()
  var scratch = Scratch()
  /// The server connections that cancel requests are on their way to, by the slot of the request's session.
  var cancelTargets: [UInt32: SlabHandle] = [:]

  var map: CompiledMap
  /// The pool that the router runs for, by that map; nil where it runs for none.
  var home: HomePool?
  /// What probes know of the map's instances.
  var samples: SampleBoard
  var resolver: Resolver
  var health: HealthTable
  /// Instances that were ejected, and have not been reached since.
  var ejected: Set<HealthSlot> = []
  var random: RandomSource

  /// Sessions that wait for the control plane's answer, and some that did a moment ago.
  var held: [SlabHandle] = []
  /// Whether some of them can go on.
  var isReleasing = false
  /// Names that the map doesn't have, though the control plane was asked.
  var unknownNames = NegativeCache()
  let digestSeed: UInt64
  /// The first session that wasn't looked at since the map changed; nil when all were.
  var moveWalk: Int?
  /// The first session whose deadline wasn't looked at since the configuration changed; nil when all were.
  var idleWalk: Int?
  /// Sessions that are to be moved off their instance.
  var movingCount = 0
  /// Whether any session is to end when it is idle.
  var endsAtBoundaries = false
  /// When there is something to do beside the sessions' work; nil when there is nothing.
  var choresDue: MonotonicTime?

  /// Where requests are counted.
  var requests: RequestBook
  /// The census under way.
  var census: CensusWalk?

  /// What it keeps in mind of modes.
  var modes = WorkerModes()

  /// What it knows of a process that takes this one's place, or whose place this one takes.
  var takeover = WorkerTakeover()

  /// What it does for the admin console.
  var admin = WorkerAdmin()

  /// What is known of clients whose encryption ends at other workers, by session slot.
  var handedEncryptions: [UInt32: HandedEncryption] = [:]
  /// How connections to servers are encrypted; nil where they are not.
  var serverTLS: ServerTLSSettings?
  /// What it tells a collector of requests.
  var tracing: WorkerTracing

  var doorbellSeen: UInt32
  var isDoorbellAwaited = false
  var isStopping = false
  /// Whether the listeners are closed, or about to be.
  var acceptsNobody = false
  /// How far a drain has come, where one was ordered.
  var drain = DrainSchedule()
  /// How many session slots are due to be let go, from the first.
  var drainDue = 0
  /// The first of them that wasn't looked at lately; nil when all were.
  var drainWalk: Int?
  var stopDeadline = MonotonicTime.origin

  /// Makes a worker. `kernel` must belong to the thread that turns the worker.
  public init(
    kernel: consuming K, context: WorkerContext, listeners: [WorkerListener], seed: UInt64
  ) {
    let capacity = context.sessionCapacity
    sessions = Slab(capacity: capacity)
    listed = WorkList(capacity: capacity)
    quietSends = WorkList(capacity: 2 * capacity)
    shortage = WorkerShortage(now: kernel.now)
    let memory = MemoryLedger(limit: context.memoryShare ?? .max)
    self.memory = memory
    idlers = LoginQueues(capacity: capacity)
    relayBlocks = BlockPool(
      blockBytes: RelayLimits.blockBytes,
      limit: max(1, context.settings.limits.relayBytesPerWorker / RelayLimits.blockBytes),
      ledger: memory)
    // One for each session's login, and one for what a server connection is told or answers.
    loginBlocks = BlockPool(
      blockBytes: RelayLimits.loginBytes, limit: capacity + context.linkCapacity, ledger: memory)
    pooledSends = WorkList(capacity: 2 * capacity)
    unreadBlocks = BlockPool(
      blockBytes: RelayLimits.unreadBlockBytes,
      limit: max(1, context.settings.limits.relayBytesPerWorker / RelayLimits.unreadBlockBytes),
      kept: 256, ledger: memory)
    pooledClients = SlotTable(capacity: capacity)
    tenants = TenantTable(directory: context.tenants, worker: context.index)
    fairQueue = FairQueue(sessions: capacity)
    links = Slab(capacity: context.linkCapacity)
    listedLinks = WorkList(capacity: context.linkCapacity)
    linkTimers = TimerWheel(capacity: context.linkCapacity, now: kernel.now)
    waits = WaitLinks(capacity: capacity)
    poolLimits = context.settings.pooling.limits
    let key = HashKey(seed: seed)
    values = ValueTable(key: key)
    statements = StatementRegistry(key: key)
    statementKey = key
    verifiers = VerifierCache(seed: seed)
    timers = TimerWheel(capacity: capacity, now: kernel.now)
    cancels = CancelTable(capacity: capacity)
    let edition = context.mapSlot.edition
    let map = edition.map
    self.map = map
    meter = TenantMeter(shardCount: map.counts.shards)
    requests = RequestBook(
      context.report.requests, context.shards, shardCount: map.counts.shards)
    home = context.settings.home.map { HomePool($0, in: map) }
    samples = edition.samples
    resolver = Resolver(
      location: RouterLocation(
        region: context.settings.region, zone: context.settings.zone, in: map), in: map,
      clock: kernel.wallClock)
    health = HealthTable(for: map)
    random = RandomSource(seed: seed)
    tracing = WorkerTracing(context.settings.tracing, sessions: capacity, seed: seed)
    digestSeed = seed
    // Not what it is now: others may have left something before this thread came here.
    doorbellSeen = Doorbell.unrung
    serverTLS = context.settings.serverTLS
    self.context = context
    self.listeners = listeners
    self.kernel = kernel
    reviewModes()
  }

  /// Whether the worker has stopped and holds nothing any more.
  public var isFinished: Bool {
    isStopping && sessions.count == 0 && links.count == 0 && shortage.unheard.isEmpty
      && kernel.closingCount == 0
      && !listeners.contains { $0.state != .closed }
  }

  /// One turn. It returns after at least one completion, a deadline, or a ring of the doorbell.
  public mutating func turn() {
    reconcile()
    guard !isFinished else { return }
    submitAndWait()
    takeCompletions()
    settleQuietSends()
    if fairQueue.count > 0 { serveDelayed() }
    expireTimers()
    lookIntoMailbox()
    if kernel.now >= shortage.gaugeDue { readGauge() }
    if let choresDue, kernel.now >= choresDue { doChores() }
  }

  /// Hands over what is queued, and sleeps until something happens or is due.
  private mutating func submitAndWait() {
    guard listed.isEmpty && listedLinks.isEmpty && !isSettlingAwaited else {
      return kernel.submitAndWait(until: kernel.now)
    }
    var limit = timers.nextWake
    if links.count > 0, let wake = linkTimers.nextWake { limit = Self.earlier(limit, wake) }
    if let acceptResumesAt { limit = Self.earlier(limit, acceptResumesAt) }
    if isStopping { limit = Self.earlier(limit, stopDeadline) }
    if shortage.isFelt || waitingCount > 0 { limit = Self.earlier(limit, shortage.gaugeDue) }
    if fairQueue.count > 0, let wake = nextTurnOfQueue() { limit = Self.earlier(limit, wake) }
    if let choresDue { limit = Self.earlier(limit, choresDue) }
    if !isDoorbellAwaited {
      limit = Self.earlier(limit, kernel.now.advanced(by: WorkerLimits.doorbellLook))
    }
    kernel.submitAndWait(until: limit)
  }

  private static func earlier(_ limit: MonotonicTime?, _ other: MonotonicTime) -> MonotonicTime {
    guard let limit else { return other }
    return min(limit, other)
  }
}

/// A quiet send, by the session and the direction whose bytes it takes.
struct QuietSend: BitwiseCopyable {
  let index: UInt32
  let generation: UInt32
  let isUpstream: Bool
}

/// Numbers of a worker's own.
enum WorkerLimits {
  /// How often an idle worker looks at its doorbell where the kernel can't wait for it.
  static let doorbellLook: Duration = .milliseconds(100)
}

extension MonotonicTime {
  /// This time and a duration.
  func advanced(by duration: Duration) -> MonotonicTime {
    advanced(byNanoseconds: duration.wholeNanoseconds)
  }
}
