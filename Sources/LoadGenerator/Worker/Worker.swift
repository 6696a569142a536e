import LoadClient
import LoadModel
import LoadResults
import LoadScenario
import TLS
import Uring

/// One generating thread: its share of each load's connections and arrivals, on a ring of its own.
/// It shares nothing with its peers but the common beginning and the end.
///
/// The order of a turn: orders and chores, arrivals that are due (`Worker+Arrivals`), then the
/// exchange with the kernel (`Worker+Exchange`): sends, sleep, completions. What has come is taken
/// by `Worker+Receiving` and acted on by `Worker+Transactions`; how connections are opened and
/// closed is in `Worker+Opening` and `Worker+Leaving`.
///
/// Its functions are mutating even where they change nothing: a worker that is only borrowed is
/// passed as a copy of all its fields.
struct Worker: ~Copyable {
  let number: Int
  let plan: RunPlan
  let state: RunState
  var ring: Ring
  /// What TLS connections share; nil without TLS.
  let tls: TLSContext?
  var loads: FixedTable<LoadState>
  var connections: FixedTable<Connection>

  /// When each connection's transaction or opening has taken too long; `Int64.max` where there is
  /// nothing to wait for.
  var deadlines: [Int64]
  var nextSweep: Int64 = 0
  /// When connections go on that pause.
  var wakes: WakeHeap
  /// Connections that are to be opened.
  var toOpen: SlotQueue
  var openingCount = 0
  /// Connections whose receive must be queued (again).
  var toArm: SlotQueue
  /// Connections whose operations must be cancelled.
  var toCancel: SlotQueue
  var batch = SendBatch()
  /// What came inside TLS.
  var plaintext: [UInt8] = []
  /// What is to be sent inside TLS.
  var ciphertext: [UInt8] = []

  /// The time as of the last look at the clock.
  var now: Int64
  /// When the measurement begins and ends; `Int64.max` as long as that isn't known.
  var beginsAt = Int64.max
  var endsAt = Int64.max
  var isMeasuring = false
  var isFinished = false

  /// Attempts that were not decided yet, of the first one of each connection.
  var untried: Int
  /// Connections that have been opened.
  var opened = 0
  var failedAttempts = 0
  var isHopeless = false

  var scheduleErrors = LatencyHistogram()
  var log: TransactionLog?
  var nextReport: Int64 = 0
  var resetsSeen = 0
  /// Where seeds of connections, their tenants, and whom a reset hits come from.
  var random: RandomSource

  /// Makes a worker; call it on the thread that turns it.
  init(
    number: Int, plan: RunPlan, state: RunState, logDescriptor: Int32?
  ) throws(LoadError) {
    var shares: [(first: Int, tenants: [Int])] = []
    var count = 0
    for planned in plan.loads {
      let own = planned.tenants(ofWorker: number, of: plan.workers)
      shares.append((count, own))
      count += own.count
    }
    let loads = FixedTable<LoadState>(count: plan.loads.count) { index in
      LoadState(
        plan.loads[index], plan, worker: number, tenants: shares[index].tenants,
        first: shares[index].first)
    }
    let owners = shares.enumerated().flatMap { index, share in
      share.tenants.map { (load: index, tenant: $0) }
    }
    let connections = FixedTable(count: count) { place in
      Connection(load: owners[place].load, tenant: owners[place].tenant)
    }
    let tls = try Self.makeTLS(plan)
    let ring = try Self.makeRing()
    self.connections = connections
    self.tls = tls
    self.ring = ring
    self.loads = loads
    self.number = number
    self.plan = plan
    self.state = state
    deadlines = Array(repeating: .max, count: count)
    wakes = WakeHeap(capacity: count)
    toOpen = SlotQueue(capacity: count)
    toArm = SlotQueue(capacity: count)
    toCancel = SlotQueue(capacity: count)
    now = MonotonicClock.now
    untried = count
    log = logDescriptor.map { TransactionLog(descriptor: $0, loads: plan.loads) }
    random = plan.random(load: 0, worker: number, .connections)
    for place in 0..<count { toOpen.append(place) }
  }

  private static func makeTLS(_ plan: RunPlan) throws(LoadError) -> TLSContext? {
    guard plan.target.encryption != .off else { return nil }
    do throws(TLSError) {
      return try TLSContext(
        client: TLSContext.ClientSettings(
          verification: .require,
          keptSessions: plan.target.resumesSessions ? GeneratorLimits.keptSessions : 0))
    } catch {
      throw .tls(error)
    }
  }

  private static func makeRing() throws(LoadError) -> Ring {
    do throws(RingError) {
      return try Ring(.connections(Capabilities.probe(), incrementalBuffers: 4))
    } catch {
      throw .ring(error)
    }
  }

  /// Runs to the end.
  consuming func run() -> WorkerFigures {
    if untried == 0 {
      state.isReady(warmUp: plan.warmUp)
      state.isHopeless(nil)
    }
    while !isFinished { turn() }
    return finish()
  }

  private mutating func turn() {
    now = MonotonicClock.now
    followOrders()
    openConnections()
    armReceives()
    takeArrivals()
    wakeSleepers()
    sweep()
    report()
    exchange()
  }
}
