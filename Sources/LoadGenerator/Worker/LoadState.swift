import LoadClient
import LoadModel
import LoadScenario

/// One worker's share of a load.
struct LoadState: ~Copyable {
  /// How its transactions begin.
  enum Pace {
    case open
    /// With a pause, in nanoseconds.
    case closed(pause: Int64)
  }

  let load: Load
  let client: ClientPlan
  let pace: Pace
  let thinkTime: Int64
  let transactionsPerConnection: Int
  /// Whether its transactions are attempts to open a connection: its idle ones are closed.
  let onlyConnects: Bool
  /// Its connections' places in the worker.
  let places: Range<Int>

  private var clock: ArrivalClock?
  /// The next intended start, on the monotonic clock; `Int64.max` in a closed loop, before the
  /// beginning, and after the last one.
  private(set) var nextArrival = Int64.max
  private var beginsAt: Int64 = 0
  private var mix: MixDraw
  private var tenants: TenantDraw
  private var random: RandomSource

  var ledger: ConsistencyLedger
  var recorder: LoadRecorder
  var waiting: WaitingArrivals
  /// Idle connections by tenant; places are counted from the load's first.
  var idle: SlotLists
  /// Connections by tenant, open or not.
  var assigned: [UInt32]
  /// Open connections by tenant.
  var open: [UInt32]
  /// Why the last attempt to open a connection failed, if none was opened since.
  var lastConnectFailure: Failure?
  var troubles = TroubleBook()

  /// A worker's share, for connections with these tenants from a place on.
  init(_ planned: PlannedLoad, _ plan: RunPlan, worker: Int, tenants own: [Int], first: Int) {
    load = planned.load
    let number = planned.number
    client = planned.client
    thinkTime = load.thinkTime.wholeNanoseconds
    transactionsPerConnection = load.transactionsPerConnection ?? .max
    onlyConnects = load.onlyConnects
    places = first..<first + own.count
    mix = MixDraw(load.mix)
    tenants = TenantDraw(load.tenants)
    random = plan.random(load: number, worker: worker, .choices)
    let tenantCount = load.tenants.names.count
    ledger = ConsistencyLedger(load, number: number, worker: worker)
    recorder = LoadRecorder(
      tenants: tenantCount, windowCount: plan.windowCount, windowNanoseconds: plan.window)
    idle = SlotLists(lists: tenantCount, slots: own.count)
    assigned = Array(repeating: 0, count: tenantCount)
    for tenant in own { assigned[tenant] += 1 }
    open = Array(repeating: 0, count: tenantCount)
    switch load.arrivals {
    case .closed(let pause):
      pace = .closed(pause: pause.wholeNanoseconds)
      waiting = WaitingArrivals(tenants: 0, capacity: 0)
    case .open(let schedule, let rate):
      pace = .open
      waiting = WaitingArrivals(
        tenants: tenantCount, capacity: GeneratorLimits.waitingArrivals)
      // A worker without any of the load's connections has none of its arrivals.
      guard !own.isEmpty else { break }
      // Each connection has the same share of the rate, wherever it is.
      clock = ArrivalClock(
        schedule, rate, share: Double(own.count) / Double(load.connections),
        phase: Double(worker) / Double(plan.workers), startNanoseconds: -plan.warmUp,
        random: plan.random(load: number, worker: worker, .arrivals))
    }
  }

  /// Fixes the moment of the measurement's beginning: the schedule starts, a warm-up before it.
  mutating func begin(at moment: Int64) {
    beginsAt = moment
    advance()
  }

  /// Goes to the next arrival.
  mutating func advance() {
    guard let next = clock?.next(), next < Int64.max - beginsAt else { return nextArrival = .max }
    nextArrival = beginsAt + next
  }

  /// Which of its connections an arrival is for, counted from the first.
  mutating func drawConnection() -> Int {
    // The upper half of a product: each alike, to within one part in 2^32.
    Int((random.next() >> 32 * UInt64(places.count)) >> 32)
  }

  /// Which transaction of the mix comes next.
  mutating func drawKind() -> Int { load.mix.count == 1 ? 0 : mix.next(&random) }

  /// The tenant of a connection that is opened anew.
  mutating func drawTenant(_ random: inout RandomSource) -> Int { tenants.next(&random) }

  /// A random part of a pause, so that a closed loop's clients don't begin as one.
  mutating func drawPart(of pause: Int64) -> Int64 {
    pause == 0 ? 0 : random.number(in: 0...pause - 1)
  }
}
