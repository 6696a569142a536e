import MapSync
import Routing
import ShardMap

/// A fleet of real sync machines at one control plane, for counting requests. There are no files:
/// applying a map always succeeds.
public struct LoadModel: Sendable {
  /// A span of a run and the requests in it.
  public struct Phase: Sendable {
    /// What it is like.
    public let name: String
    /// Requests of all sidecars in an interval, on average.
    public let requestsPerInterval: Double
    /// The most requests in any single interval.
    public let most: Int
  }

  /// What was counted.
  public struct Report: Sendable {
    /// The phases; the first one is what the others are compared with.
    public let phases: [Phase]
    /// The largest difference to the first phase, in percent.
    public let spreadPercent: Double
    /// Whether the load is the same within ``LoadModel/tolerancePercent``.
    public var holds: Bool { spreadPercent <= LoadModel.tolerancePercent }

    /// The report for a terminal.
    public var lines: [String] {
      let tenths = Int((spreadPercent * 10).rounded())
      return phases.map {
        "\($0.name): \(Int($0.requestsPerInterval.rounded())) requests an interval, at most \($0.most)"
      } + [
        "largest difference: \(tenths / 10).\(tenths % 10) % (\(holds ? "holds" : "over") \(Int(LoadModel.tolerancePercent)) %)"
      ]
    }
  }

  /// How much the load may differ, in percent.
  public static let tolerancePercent = 5.0

  private let sidecars: Int
  private let seed: UInt64
  private let settings: SyncSettings

  /// A fleet with the standard settings.
  public init(sidecars: Int, seed: UInt64) {
    self.sidecars = sidecars
    self.seed = seed
    settings = SyncSettings()
  }

  /// Intervals that a phase is counted for.
  private static let intervals = 30
  /// Intervals that pass uncounted before a phase.
  private static let settling = 6

  /// Counts the phases: no traffic, traffic that wants a refresh ten times a second on every
  /// machine, and all sidecars started again within the same second.
  public func run() -> Report {
    let fleet = LoadFleet(sidecars: sidecars, settings: settings, seed: seed)
    let idle = fleet.count("no traffic", Self.settling, Self.intervals)
    fleet.wantsRefreshes = true
    let busy = fleet.count("full traffic", Self.settling, Self.intervals)
    fleet.restartAll()
    let restart = fleet.count("mass restart, full traffic", 1, Self.intervals)
    fleet.wantsRefreshes = false
    fleet.restartAll()
    let calm = fleet.count("mass restart, no traffic", 1, Self.intervals)
    let phases = [idle, busy, restart, calm]
    let spread =
      phases.map { abs($0.requestsPerInterval / idle.requestsPerInterval - 1) * 100 }.max() ?? 0
    return Report(phases: phases, spreadPercent: spread)
  }
}

/// The sidecars of a load model and the one control plane they ask.
private final class LoadFleet {
  private final class Sidecar {
    var machine: SyncMachine
    var life = 0
    var wanted: UInt32 = 0
    var wakeSerial = 0
    init(_ machine: SyncMachine) { self.machine = machine }
  }

  private let world: SimulatedWorld
  private let settings: SyncSettings
  private let interval: UInt64
  private var sidecars: [Sidecar] = []
  private var requests = 0
  private let edition = MapEdition(
    version: 1, root: MapRoot(bytes: Array(repeating: 1, count: MapRoot.byteCount)) ?? .none)
  /// Whether routers want a refresh ten times a second.
  var wantsRefreshes = false

  private static let betweenWishes = 100_000_000
  private static let bootID = BootID(high: 1, low: 1)

  init(sidecars count: Int, settings: SyncSettings, seed: UInt64) {
    world = SimulatedWorld(seed: seed, isTraced: false, plan: FaultPlan())
    self.settings = settings
    interval = UInt64(settings.interval.components.seconds) * 1_000_000_000
    for _ in 0..<count {
      let sidecar = Sidecar(machine(confirmed: nil))
      sidecars.append(sidecar)
      world.after(world.random.number(in: 0...Self.betweenWishes)) { [unowned self] in
        wish(sidecar)
      }
      handle(sidecar, .clock)
    }
  }

  private var clock: FreshnessClock {
    FreshnessClock(
      bootNanoseconds: Int64(world.now) + 1, wallMilliseconds: Int64(world.now / 1_000_000),
      bootID: Self.bootID)
  }

  private func machine(confirmed: FreshnessClock?) -> SyncMachine {
    SyncMachine(
      settings,
      start: SyncStart(published: edition, stored: edition, confirmed: confirmed ?? clock),
      seed: world.random.next(), writerPID: 1, now: clock)
  }

  /// All processes are gone and are there again within a second.
  func restartAll() {
    for sidecar in sidecars {
      sidecar.life += 1
      world.after(world.random.number(in: 0...1_000_000_000)) { [unowned self] in
        sidecar.machine = machine(confirmed: clock)
        sidecar.wanted = 0
        handle(sidecar, .clock)
      }
    }
  }

  /// Lets intervals pass and counts the requests of the last ones.
  func count(_ name: String, _ settling: Int, _ intervals: Int) -> LoadModel.Phase {
    pass(settling)
    var counts: [Int] = []
    for _ in 0..<intervals {
      let before = requests
      pass(1)
      counts.append(requests - before)
    }
    return LoadModel.Phase(
      name: name,
      requestsPerInterval: Double(counts.reduce(0, +)) / Double(intervals),
      most: counts.max() ?? 0)
  }

  private func pass(_ intervals: Int) {
    let end = world.now + UInt64(intervals) * interval
    while world.step(until: end) {}
    world.advance(to: end)
  }

  private func wish(_ sidecar: Sidecar) {
    if wantsRefreshes {
      sidecar.wanted &+= 1
      handle(sidecar, .refreshWanted(sidecar.wanted))
    }
    world.after(Self.betweenWishes) { [unowned self] in wish(sidecar) }
  }

  // MARK: The sidecar's driver

  private func handle(_ sidecar: Sidecar, _ event: SyncEvent) {
    for action in sidecar.machine.handle(event, now: clock) {
      switch action {
      case .request(let request): ask(sidecar, request)
      case .openEvents: after(sidecar, world.delay()) { _ in .eventsOpened }
      case .cancel, .apply, .publish, .discard, .closeEvents, .stamp, .note: break
      }
    }
    sidecar.wakeSerial += 1
    let serial = sidecar.wakeSerial
    let until = sidecar.machine.sleepUntil
    guard until != .max else { return }
    let wait = max(0, until == .min ? 0 : Int(until - clock.bootNanoseconds))
    after(sidecar, wait) { $0.wakeSerial == serial ? .clock : nil }
  }

  private func after(
    _ sidecar: Sidecar, _ nanoseconds: Int, _ event: @escaping (Sidecar) -> SyncEvent?
  ) {
    let life = sidecar.life
    world.after(nanoseconds) { [unowned self] in
      guard sidecar.life == life, let event = event(sidecar) else { return }
      handle(sidecar, event)
    }
  }

  private func ask(_ sidecar: Sidecar, _ request: SyncRequest) {
    requests += 1
    guard case .delta(_, let wait) = request.kind else { return }
    let waits = Int(wait.components.seconds) * 1_000_000_000
    after(sidecar, 2 * world.delay() + waits) { [edition] _ in
      .answered(request.id, .nothingNew(edition, waited: wait))
    }
  }
}
