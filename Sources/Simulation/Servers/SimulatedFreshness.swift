import DataPlane
import Routing
import ShardMap
import Synchronization

/// The sidecar of a run, as far as the worker sees it: it confirms the map, or has stopped to, and answers wishes for a refresh.
final class SimulatedFreshness {
  /// How old permissions may become in the maps of the simulation, in milliseconds.
  static let permissionsMilliseconds: UInt32 = 200
  /// From one confirmation to the next.
  private static let confirmation = 20_000_000
  /// The last confirmation, where they stop, comes by this time.
  private static let latestStop = 200_000_000

  /// The worker's wishes: all that the two share.
  private final class Wishes: RefreshLine {
    private let count = Atomic<UInt32>(0)
    var refreshWanted: UInt32 { count.load(ordering: .relaxed) }
    func wantRefresh() -> UInt32 { count.wrappingAdd(1, ordering: .relaxed).newValue }
  }

  let slot = FreshnessSlot()
  /// Puts the newest map in force, if the worker doesn't have it.
  var publish: () -> Void = {}
  /// Tells the worker that something was said.
  var notify: () -> Void = {}
  private let world: SimulatedWorld
  private let wishes = Wishes()
  private var confirmedAt: UInt64 = 0
  private var answered: UInt32 = 0
  private var isAnswering = false
  private var hasStopped = false
  private var isOver = false
  /// Confirmations so far: they are no sign that the run goes on.
  private(set) var confirmations = 0

  init(world: SimulatedWorld) { self.world = world }

  /// Begins to speak, if this run has a sidecar.
  func begin() {
    guard world.plan.hasPage else { return }
    slot.connect(wishes)
    confirm()
    if world.plan.confirmationStops {
      world.after(world.random.number(in: 0...Self.latestStop)) { [unowned self] in
        world.note("the control plane is gone")
        hasStopped = true
        tell()
        notify()
      }
    }
  }

  /// Whether no session may be let in any more.
  var permissionsHaveExpired: Bool {
    world.plan.hasPage
      && world.now - confirmedAt >= UInt64(Self.permissionsMilliseconds) * 1_000_000
  }

  /// After each turn of the worker: whether it wants something.
  func look() {
    guard !isAnswering, !hasStopped, wishes.refreshWanted != answered else { return }
    isAnswering = true
    let wanted = wishes.refreshWanted
    world.after(world.random.number(in: world.plan.answerDelay)) { [unowned self] in
      isAnswering = false
      guard !hasStopped else { return }
      world.note("the control plane has answered")
      publish()
      answered = wanted
      confirmedAt = world.now
      tell()
      notify()
    }
  }

  /// Says nothing more: the run is over.
  func end() { isOver = true }

  private func confirm() {
    confirmations += 1
    guard !isOver, !hasStopped || world.plan.clocksLie else { return }
    if !hasStopped { confirmedAt = world.now }
    tell()
    world.after(Self.confirmation) { [unowned self] in confirm() }
  }

  private func tell() {
    let now = MonotonicTime(nanoseconds: world.now)
    slot.tell(
      MapFreshness(
        age: MapAge(nanoseconds: world.plan.clocksLie ? 0 : world.now - confirmedAt),
        isReachable: !hasStopped),
      refreshAnswered: answered, now: now)
  }
}
