import MapExchange
import MapSync
import Routing
import ShardMap

/// One life of a sidecar's process: the real machine, keeper and page, with a simulated control
/// plane, clock and death.
final class SimulatedSidecar {
  private unowned let host: SimulatedHost
  private let world: SimulatedWorld
  private let files = MortalFiles()
  private let keeper: MapKeeper
  private let page: FreshnessPage
  private var machine: SyncMachine
  private var bodies: [RequestID: [UInt8]] = [:]
  private var cancelled: Set<RequestID> = []
  private var wakeSerial = 0
  private var eventsSerial = 0
  private(set) var isDead = false
  private var handledAt: (time: UInt64, count: Int) = (0, 0)

  /// Events at one moment after which the sidecar is said to spin.
  private static let eventsAtOnce = 10_000
  /// How long applying a map takes, in nanoseconds.
  private static let work = 100_000...30_000_000

  /// Starts the process; nil when it was killed before it came to do anything.
  init?(host: SimulatedHost) {
    self.host = host
    world = host.world
    if host.deaths == 0, let death = host.plan.firstLife {
      files.die(inOperation: death.operation, death.moment)
    } else if world.random.chance(host.killsInFiles) {
      Self.drawDeath(files, &world.random, operations: 12)
    }
    let folder = host.folder
    guard let page = try? FreshnessPage.create(path: folder.page),
      let keeper = try? MapKeeper(
        paths: MapKeeper.Paths(map: folder.map, state: folder.state),
        verifier: SealVerifier(trusted: [SimulatedControl.trusted.publicKey]), files: files)
    else {
      if !files.isDead { world.violate("a sidecar can't open what is on its disk") }
      return nil
    }
    self.page = page
    self.keeper = keeper
    let said = page.read()
    let start = keeper.start(
      memories: said.map { [MapMemory($0)] } ?? [], refreshWanted: page.refreshWanted,
      refreshAnswered: said?.refreshAnswered ?? page.refreshWanted)
    let plan = host.plan
    let settings = SyncSettings(
      controlPlanes: plan.controls, interval: .nanoseconds(Int64(plan.interval)),
      wait: .seconds(plan.waitSeconds), longPoll: plan.longPoll, events: plan.events)
    machine = SyncMachine(
      settings, start: start, seed: world.random.next(), writerPID: 1, now: host.clock)
    for finding in keeper.findings { world.note("sidecar: \(finding)") }
  }

  private static func drawDeath(
    _ files: MortalFiles, _ random: inout RandomSource, operations: Int
  ) {
    files.die(
      inOperation: random.number(in: 1...operations), random.pick(MortalFiles.Moment.allCases))
  }

  /// Begins, once the host knows the process.
  func begin() { handle(.clock) }

  /// Ends the process at once.
  func kill() {
    files.dieNow()
    isDead = true
  }

  var status: SyncStatus { machine.status }

  // MARK: Events

  func handle(_ event: SyncEvent) {
    guard !isDead else { return }
    handledAt = handledAt.time == world.now ? (world.now, handledAt.count + 1) : (world.now, 0)
    if handledAt.count > Self.eventsAtOnce {
      return world.violate("a sidecar turns and turns, and no time passes")
    }
    for action in machine.handle(event, now: host.clock) {
      perform(action)
      if isDead { return }
    }
    sleep()
  }

  private func sleep() {
    wakeSerial += 1
    let serial = wakeSerial
    let until = machine.sleepUntil
    guard until != .max else { return }
    let boot = host.clock.bootNanoseconds
    let wait = until <= boot ? 0 : Int(until - boot)
    world.after(wait) { [weak self] in
      guard let self, self.wakeSerial == serial else { return }
      self.handle(.clock)
    }
  }

  func noteRefreshWanted() { handle(.refreshWanted(page.refreshWanted)) }

  // MARK: Actions

  private func perform(_ action: SyncAction) {
    switch action {
    case .request(let request): ask(request)
    case .cancel(let id), .discard(let id):
      bodies[id] = nil
      cancelled.insert(id)
    case .apply(let id): apply(id)
    case .publish(let id): publish(id)
    case .openEvents(let control, _): openEvents(control)
    case .closeEvents: eventsSerial += 1
    case .stamp(let statement): stamp(statement)
    case .note(let note): world.note("host \(host.number): \(note)")
    }
  }

  private func ask(_ request: SyncRequest) {
    host.controls[request.controlPlane].ask(request) { [weak self] reply in
      guard let self, !self.isDead else { return }
      if let head = reply.head { self.host.truth.note(head, self.host.clock) }
      self.world.after(reply.delay) { [weak self] in
        guard let self, !self.isDead, self.cancelled.remove(request.id) == nil else { return }
        if !reply.body.isEmpty { self.bodies[request.id] = reply.body }
        self.kinds[request.id] = request.kind
        self.handle(.answered(request.id, reply.answer))
      }
    }
  }

  private var kinds: [RequestID: SyncRequest.Kind] = [:]

  private func openEvents(_ control: Int) {
    eventsSerial += 1
    let serial = eventsSerial
    let isOpen = host.controls[control].openEvents { [weak self] sequence in
      guard let self, self.eventsSerial == serial else { return }
      self.handle(.hint(sequence))
    } ended: { [weak self] in
      guard let self, self.eventsSerial == serial else { return }
      self.world.after(self.world.delay()) { [weak self] in self?.handle(.eventsEnded) }
    }
    world.after(world.delay()) { [weak self] in
      guard let self, self.eventsSerial == serial else { return }
      self.handle(isOpen ? .eventsOpened : .eventsEnded)
    }
  }

  private func stamp(_ statement: SidecarStatement) {
    host.truth.check(statement, at: host.clock)
    page.write(statement)
    host.note(statement)
  }

  /// Tells of a confirmation that never was.
  func inventConfirmation() {
    guard var statement = page.read() else { return }
    statement.confirmedAtBootNanoseconds = host.clock.bootNanoseconds
    statement.bootID = host.clock.bootID
    stamp(statement)
  }

  // MARK: Taking maps in

  private func apply(_ id: RequestID) {
    work { [unowned self] in
      guard let kind = kinds.removeValue(forKey: id) else { return .clock }
      let body = bodies.removeValue(forKey: id) ?? []
      switch kind {
      case .delta: return keeper.apply(delta: body).event(id)
      case .snapshot: return snapshot(body).event(id)
      }
    }
  }

  private func publish(_ id: RequestID) {
    work { [unowned self] in keeper.publish().event(id) }
  }

  private func snapshot(_ body: [UInt8]) -> KeeperOutcome {
    do throws(MapFileError) {
      let reception = try keeper.receiveSnapshot()
      var rest = body[...]
      do throws(StoreFault) {
        while !rest.isEmpty {
          let piece = rest.prefix(world.random.size(in: 1...64 << 10))
          try reception.receive(piece)
          rest = rest.dropFirst(piece.count)
        }
      } catch {
        return keeper.outcome(error)
      }
      return keeper.apply(reception)
    } catch {
      return keeper.outcome(.file(error))
    }
  }

  /// Does something that takes time and touches the disk. The process may die in it.
  private func work(_ body: @escaping () -> SyncEvent) {
    world.after(world.random.number(in: Self.work)) { [weak self] in
      guard let self, !self.isDead else { return }
      if self.world.random.chance(self.host.killsInFiles) {
        Self.drawDeath(self.files, &self.world.random, operations: 14)
      }
      let event = body()
      if !self.files.isDead, self.keeper.isUntidy { try? self.keeper.tidy() }
      guard !self.files.isDead else { return self.host.sidecarDied("in a file") }
      self.host.checkDisk()
      self.handle(event)
    }
  }
}
