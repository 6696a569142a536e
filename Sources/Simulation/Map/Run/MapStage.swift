import MapExchange
import MapSync
import Routing
import ShardMap

/// One run's world of maps: who takes part, what happens when, and what must be true in the end.
final class MapStage {
  let world: SimulatedWorld
  let plan: MapPlan
  let history: MapHistory
  let controls: [SimulatedControl]
  let hosts: [SimulatedHost]
  /// The router with the worker, while it runs: the first host's.
  private(set) var life: WorkerLife?
  private(set) var isOver = false

  private let network: MapNetwork
  private let judge: SessionJudge
  private let sessions: SessionMaker
  private let sabotage: MapSimulation.Sabotage?
  /// The routers of the other hosts.
  private var routers: [SimulatedRouter?]
  private var convergedAfter: UInt64?

  /// How long a router is away when it is started again, in nanoseconds.
  private static let restart = 1_000_000...2_000_000_000
  /// Time between two looks at whether everybody has the newest map, in nanoseconds.
  private static let heartbeat = 500_000_000

  init(world: SimulatedWorld, plan: MapPlan, sabotage: MapSimulation.Sabotage?) {
    self.world = world
    self.plan = plan
    self.sabotage = sabotage
    let history = MapHistory(world: world, plan: plan)
    self.history = history
    let controls = (0..<plan.controls).map { _ in
      SimulatedControl(world: world, history: history)
    }
    self.controls = controls
    hosts = (0..<plan.hosts).map {
      SimulatedHost(number: $0, world: world, plan: plan, history: history, controls: controls)
    }
    network = MapNetwork(world: world)
    judge = SessionJudge(world: world, history: history)
    sessions = SessionMaker(world: world, judge: judge)
    routers = Array(repeating: nil, count: plan.hosts)
  }

  // MARK: The script

  func raiseCurtain() {
    for host in hosts {
      world.after(world.random.number(in: 0...1_000_000_000)) { host.startSidecar() }
      startRouter(host)
      beginSessions(host)
      drawFaults(host)
    }
    for control in controls { drawMoods(control) }
    scheduleChange()
    world.at(plan.faultsEnd) { [unowned self] in endFaults() }
    if let sabotage {
      let moment = world.random.number(in: 40_000_000_000...100_000_000_000)
      world.after(moment) { [unowned self] in commit(sabotage) }
    }
  }

  /// A moment before the faults end, in nanoseconds from now.
  private func anyMoment() -> Int { world.random.number(in: 0...Int(plan.faultsEnd)) }

  private func drawFaults(_ host: SimulatedHost) {
    for _ in 0..<3 {
      if plan.killsSidecars { world.after(anyMoment()) { host.killSidecar() } }
      if plan.restartsRouters {
        world.after(anyMoment()) { [unowned self] in restartRouter(host) }
      }
      if plan.stepsClocks {
        let step = world.random.pick([-7_200_000, -60_000, -2_000, 2_000, 60_000, 7_200_000])
        world.after(anyMoment()) { host.stepWall(byMilliseconds: Int64(step)) }
      }
    }
    // A worker can't be cut off in the middle here; its host goes on.
    if plan.reboots, host.number > 0 {
      world.after(anyMoment()) { [unowned self] in
        routers[host.number]?.kill()
        routers[host.number] = nil
        host.reboot()
        startRouter(host)
      }
    }
  }

  private func drawMoods(_ control: SimulatedControl) {
    for mood in plan.moods {
      let begin = anyMoment()
      // Some of them flap: the mood comes and goes.
      let times = world.random.chance(300) ? world.random.number(in: 2...10) : 1
      var moment = begin
      for _ in 0..<times {
        world.after(moment) { [unowned self] in
          if world.now < plan.faultsEnd { control.turn(mood) }
        }
        moment += world.random.number(in: 500_000_000...180_000_000_000 / times)
        world.after(moment) { control.turn(.honest) }
        moment += world.random.number(in: 500_000_000...20_000_000_000)
      }
    }
  }

  private func scheduleChange() {
    world.after(world.random.number(in: 0...2 * plan.changeEvery)) { [unowned self] in
      guard world.now < plan.faultsEnd else { return }
      change()
      scheduleChange()
    }
  }

  func change() {
    history.change()
    for control in controls { control.noteChange() }
  }

  // MARK: Routers and their sessions

  private func startRouter(_ host: SimulatedHost) {
    world.after(world.random.number(in: Self.restart)) { [unowned self] in
      guard !isOver, routers[host.number] == nil, life == nil || host.number > 0 else { return }
      guard let router = SimulatedRouter(host: host) else { return startRouter(host) }
      if host.number == 0 {
        life = WorkerLife(router: router, host: host, network: network)
      } else {
        routers[host.number] = router
      }
    }
  }

  func restartRouter(_ host: SimulatedHost) {
    world.note("host \(host.number): the router is started again", UInt64(host.number))
    if host.number == 0 {
      // It starts again when it has stopped.
      life?.stop()
    } else {
      routers[host.number]?.kill()
      routers[host.number] = nil
      startRouter(host)
    }
  }

  /// The worker has stopped.
  func routerStopped() {
    life?.dismantle()
    life = nil
    if !isOver { startRouter(hosts[0]) }
  }

  private func beginSessions(_ host: SimulatedHost) {
    world.after(world.random.number(in: 0...2 * plan.sessionEvery)) { [unowned self] in
      guard !isOver else { return }
      if host.number == 0 {
        if let life, !life.isStopping { sessions.connect(host, life) }
      } else if let router = routers[host.number] {
        sessions.ask(host, router)
      }
      beginSessions(host)
    }
  }

  // MARK: The end

  private func endFaults() {
    world.note("the faults end")
    for control in controls { control.turn(.honest) }
    change()
    look()
  }

  /// Looks whether every router has the newest map; there is a time by which it must.
  private func look() {
    guard world.violation == nil, !isOver else { return }
    let since = world.now - plan.faultsEnd
    let behind = hosts.first { !isCurrent($0) }
    if behind == nil, convergedAfter == nil { convergedAfter = since }
    if since > plan.convergesWithin {
      if let behind {
        let status = behind.sidecar.map { "\($0.status)" } ?? "no sidecar"
        return world.violate(
          "host \(behind.number) uses version \(behind.versionInUse) and not \(history.head.mapVersion), \(since / 1_000_000_000) s after the faults: \(status)"
        )
      }
      return close()
    }
    world.after(Self.heartbeat) { [unowned self] in look() }
  }

  private func isCurrent(_ host: SimulatedHost) -> Bool {
    let version = host.number == 0 ? life?.version : routers[host.number]?.version
    return version == history.head.mapVersion && host.told?.statement.condition == .current
      && host.told?.statement.mapVersion == history.head.mapVersion
  }

  private func close() {
    isOver = true
    life?.stop()
  }

  func report(seed: UInt64) -> MapReport {
    MapReport(
      seed: seed, violation: world.violation, trace: world.trace, digest: world.digest,
      versions: history.states.count, deaths: hosts.reduce(0) { $0 + $1.deaths },
      requests: controls.reduce(0) { $0 + $1.requests }, letIn: judge.letIn,
      refusedForAge: judge.refusedForAge, refusedOtherwise: judge.refusedOtherwise,
      convergedAfter: convergedAfter ?? 0, virtualNanoseconds: world.now)
  }

  /// Has the objects of the run let go of each other.
  func dismantle() {
    world.dismantle()
    life?.dismantle()
    life = nil
    routers = []
    sessions.dismantle()
    network.dismantle()
  }

  // MARK: Sabotage

  private func commit(_ sabotage: MapSimulation.Sabotage) {
    world.note("sabotage: \(sabotage.rawValue)")
    switch sabotage {
    case .olderMapOnDisk: hosts[0].putOldMapOnDisk()
    case .damagedMapOnDisk: hosts[0].damageMapOnDisk()
    case .inventedConfirmation: hosts[0].sidecar?.inventConfirmation()
    case .youngerAge: setAgeError(byMilliseconds: -3_600_000)
    case .olderAge: setAgeError(byMilliseconds: 3_600_000)
    case .deadSidecar:
      hosts[0].isSupervised = false
      hosts[0].killSidecar()
    }
  }

  private func setAgeError(byMilliseconds error: Int64) {
    for host in hosts { host.ageErrorMilliseconds = error }
  }
}
