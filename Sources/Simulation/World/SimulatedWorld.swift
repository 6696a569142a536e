import Routing

/// Clock, agenda and chance of one run, and what was found wrong in it.
///
/// Everything in a run that is not the worker hangs off the world, uses only its clock and its random numbers, and iterates over nothing whose order
/// is not given. So a seed replays exactly.
final class SimulatedWorld {
  let plan: FaultPlan
  var random: RandomSource
  /// Nanoseconds since the run began.
  private(set) var now: UInt64 = 0
  private var agenda = Agenda()
  /// All that were made in this run.
  private var sockets: [SimulatedSocket] = []
  private let isTraced: Bool
  private(set) var trace: [String] = []
  /// Things that have happened.
  private(set) var eventCount = 0
  /// The first invariant that was broken.
  private(set) var violation: String?
  /// A running hash of all that was noted: equal for equal runs.
  private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Lines of the trace that are kept.
  static let traceLines = 400000

  init(seed: UInt64, isTraced: Bool, plan: FaultPlan? = nil) {
    random = RandomSource(seed: seed)
    let drawn = FaultPlan(random: &random)
    self.plan = plan ?? drawn
    self.isTraced = isTraced
  }

  /// Has something happen after a while.
  func after(_ nanoseconds: Int, _ action: @escaping () -> Void) {
    agenda.add(at: now + UInt64(nanoseconds), action)
  }

  /// Has something happen at a time, or now if that has passed.
  func at(_ time: UInt64, _ action: @escaping () -> Void) {
    agenda.add(at: max(time, now), action)
  }

  /// A delay of the network's.
  func delay() -> Int { random.number(in: plan.delay) }

  /// Lets the next thing happen, if it is due by `limit`. False when nothing is.
  func step(until limit: UInt64) -> Bool {
    guard let time = agenda.nextTime, time <= limit else { return false }
    now = max(now, time)
    eventCount += 1
    agenda.removeFirst()()
    return true
  }

  /// When the next thing happens.
  var nextTime: UInt64? { agenda.nextTime }

  /// Lets time pass without anything happening.
  func advance(to time: UInt64) { now = max(now, time) }

  /// Says that an invariant is broken. The first one counts.
  func violate(_ text: @autoclosure () -> String) {
    guard violation == nil else { return }
    violation = text()
    note("VIOLATION \(violation!)")
  }

  /// Notes something: into the digest always, into the trace if there is one. `a` and `b` tell runs apart.
  func note(_ text: @autoclosure () -> String, _ a: UInt64 = 0, _ b: UInt64 = 0) {
    for value in [now, a, b] { digest = (digest ^ value) &* 0x0000_0100_0000_01B3 }
    guard isTraced else { return }
    if trace.count == 2 * Self.traceLines { trace.removeFirst(Self.traceLines) }
    trace.append("\(now / 1000) µs  \(text())")
  }

  /// Lets go of everything that waits, so that the objects of the run let go of each other.
  func dismantle() {
    agenda.removeAll()
    for socket in sockets { socket.dismantle() }
    sockets = []
  }

  /// Keeps sockets until the run is dismantled.
  func own(_ sockets: [SimulatedSocket]) { self.sockets += sockets }
}
