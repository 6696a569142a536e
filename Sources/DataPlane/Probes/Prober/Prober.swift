import Routing
import ShardMap

/// Samples each instance of the map over a connection of its own, and writes what that proves where the workers read it.
///
/// It runs all ``ProbeMachine``s of a router on one ``Kernel``, as a ``Worker`` runs its sessions: a thread of its own on the live one, the
/// same turns on a simulated one. Nobody waits for it, and it asks each instance one small question an interval, so it is plain code.
///
/// The order of a turn: ask the kernel for what the machines want (`Prober+Reconcile`), submit and wait, take all completions, tell the machines whose
/// time has come, look at the doorbell (`Prober+Map`).
public struct Prober<K: Kernel & ~Copyable>: ~Copyable {
  /// The world.
  public var kernel: K
  let context: ProberContext
  let rules: ProbeRules
  var edition: MapEdition
  var slots: [ProbeSlot] = []
  var freeSlots: [Int] = []
  /// By shard of the map.
  var proofs: [ShardProof] = []
  /// Slots whose line asks for something of the kernel.
  var listed: [Int] = []
  var timers: TimerWheel
  var timerCapacity: Int
  var random: RandomSource
  /// When a refresh that was put off is due.
  var refreshDue: MonotonicTime?
  private var doorbellSeen: UInt32
  private var isDoorbellAwaited = false
  private(set) var isStopping = false
  /// How connections are encrypted; nil where they are not.
  var tls: ServerTLSSettings?
  private var tlsEdition: Int

  /// Makes a prober. `kernel` must belong to the thread that turns the prober.
  public init(kernel: consuming K, context: ProberContext, seed: UInt64) {
    self.context = context
    rules = ProbeRules(context.settings, seed: seed, makeLogin: context.makeLogin)
    doorbellSeen = Doorbell.unrung
    let material = context.tls
    tls = material.tls.servers
    tlsEdition = material.edition
    edition = context.mapSlot.edition
    timerCapacity = edition.map.counts.instances
    timers = TimerWheel(capacity: timerCapacity, now: kernel.now)
    random = RandomSource(seed: seed)
    self.kernel = kernel
    takeInstances()
  }

  /// Whether the prober has stopped and holds nothing any more.
  public var isFinished: Bool {
    isStopping && freeSlots.count == slots.count && !isDoorbellAwaited && kernel.closingCount == 0
  }

  /// One turn. It returns after at least one completion, a deadline, or a ring of the doorbell.
  public mutating func turn() {
    reconcile()
    guard !isFinished else { return }
    submitAndWait()
    takeCompletions()
    while let number = timers.nextExpired(now: kernel.now) { timePassed(Int(number)) }
    lookAtDoorbell()
    askWhatIsDue()
  }

  private mutating func submitAndWait() {
    awaitDoorbell()
    guard listed.isEmpty else { return kernel.submitAndWait(until: kernel.now) }
    var limit = timers.nextWake
    if let refreshDue { limit = min(limit ?? refreshDue, refreshDue) }
    if !isDoorbellAwaited {
      let look = kernel.now.advanced(by: WorkerLimits.doorbellLook)
      limit = min(limit ?? look, look)
    }
    kernel.submitAndWait(until: limit)
  }

  // MARK: The machines

  private mutating func timePassed(_ number: Int) {
    perform(slots[number].machine.timePassed(kernel.now, random: &random), number)
  }

  /// Does what a machine wants, and sets its alarm.
  mutating func perform(_ step: ProbeStep, _ number: Int) {
    switch step {
    case .nothing: break
    case .connect: openSocket(number)
    case .send(let bytes):
      slots[number].line.outbox += bytes
      list(number)
    case .sample(let sample):
      sampled(sample, number)
    case .close(let failure):
      if let failure { noteFailure(failure, number) }
      withdraw(number)
      slots[number].line.beginClosing()
      list(number)
    }
    setAlarm(number)
  }

  private mutating func openSocket(_ number: Int) {
    let socket = kernel.openSocket(for: slots[number].key.address)
    guard socket >= 0 else {
      return perform(
        slots[number].machine.failed(.noSocket(errno: -socket), random: &random), number)
    }
    slots[number].line.open(socket)
    list(number)
  }

  /// Has the slot's machine told when its time has come.
  mutating func setAlarm(_ number: Int) {
    if let wake = slots[number].machine.wake {
      timers.set(UInt32(number), to: wake)
    } else {
      timers.clear(UInt32(number))
    }
  }

  // MARK: Other threads

  private mutating func awaitDoorbell() {
    guard !isDoorbellAwaited, !isStopping else { return }
    isDoorbellAwaited = kernel.waitForDoorbell(
      context.doorbell, seen: doorbellSeen, token: ProbeToken(.doorbell).rawValue)
  }

  mutating func doorbellRang() { isDoorbellAwaited = false }

  private mutating func lookAtDoorbell() {
    let count = context.doorbell.count
    guard count != doorbellSeen else { return }
    doorbellSeen = count
    takeEdition()
    takeTLS()
    if context.isToStop { beginStop() }
  }

  /// Uses other rules for new connections, where these can be used.
  private mutating func takeTLS() {
    let material = context.tls
    guard material.edition != tlsEdition else { return }
    tlsEdition = material.edition
    // The workers say what is wrong with it.
    guard (try? kernel.renew(material.tls)) != nil else { return }
    tls = material.tls.servers
  }

  private mutating func beginStop() {
    guard !isStopping else { return }
    isStopping = true
    for number in slots.indices where slots[number].life.isCurrent {
      withdraw(number)
      retire(number)
    }
  }
}
