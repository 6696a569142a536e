import AdminConsole
import Testing

@testable import DataPlane
@testable import Simulation

/// What operators order of a worker, in worlds in which nothing else goes wrong.
@Suite("A worker under orders of the admin console")
struct AdminWorkerTests {
  let simulation: Simulation

  init() throws { simulation = try Simulation() }

  private func run(
    _ seed: UInt64, _ settings: PoolingSettings? = nil, _ prepare: @escaping (Operator) -> Void
  ) -> (report: SimulationReport, desk: Operator) {
    var plan = FaultPlan()
    (plan.oddClients, plan.clientCount) = (0, 24)
    var pool = PoolPlan()
    (pool.vanishes, pool.pins, pool.actions) = (0, 0, 5...40)
    pool.settings.serversPerPool = 2
    if let settings { pool.settings = settings }
    let desk = Operator()
    let report = simulation.runPool(
      seed: seed, plan: plan,
      pool: PoolWorld(given: pool) { stage in
        desk.sit(at: stage)
        prepare(desk)
      })
    return (report, desk)
  }

  private static let scopes: [AdminScope] = [
    .all, .tenant(SimulatedMaps.strongTenants[0]), .tenant(SimulatedMaps.eventualTenants[0]),
  ]

  @Test(
    "begins nothing while all is paused, and all that waited goes on",
    arguments: 1...20 as ClosedRange<UInt64>)
  func pauseAll(seed: UInt64) {
    let (report, desk) = run(seed) { desk in
      for round in 0..<5 { desk.pause(.all, at: 1 + 40 * round, for: 20) }
    }
    #expect(report.violation == nil)
    #expect(desk.pausesReached > 0 && desk.unanswered == 0)
    #expect(desk.runWhilePaused == 0)
    #expect((report.pool?.requestsRun ?? 0) > 100)
  }

  @Test(
    "others go on while a tenant is paused, in whatever order pauses end",
    arguments: 1...12 as ClosedRange<UInt64>)
  func pauseTenants(seed: UInt64) {
    let (report, desk) = run(seed) { desk in
      for (place, scope) in Self.scopes.enumerated() {
        desk.pause(scope, at: 1 + 7 * place, for: 60 - 20 * place)
        desk.pause(scope, at: 100 + 7 * place, for: 20)
      }
    }
    #expect(report.violation == nil)
    #expect(desk.pausesReached > 0 && desk.unanswered == 0)
  }

  @Test(
    "has none of a pause's sessions hanging when the pause outlasts their wait",
    arguments: 1...6 as ClosedRange<UInt64>)
  func longPause(seed: UInt64) {
    var settings = PoolPlan().settings
    settings.failoverWindow = .milliseconds(100)
    let (report, desk) = run(seed, settings) { desk in
      desk.mayRefuse()
      desk.pause(.all, at: 2, for: 2_000)
    }
    #expect(report.violation == nil)
    #expect(desk.unanswered == 0 && desk.runWhilePaused == 0)
  }

  @Test("ends a tenant's sessions, and leaves nothing", arguments: 1...12 as ClosedRange<UInt64>)
  func kill(seed: UInt64) {
    let (report, desk) = run(seed) { desk in
      desk.mayKill()
      for (place, tenant) in SimulatedMaps.strongTenants.enumerated() {
        desk.ask([.kill(.tenant(tenant))], at: 3 + 5 * place)
      }
      desk.ask([.kill(.database(SimulatedMaps.database(of: "cedar")))], at: 4)
    }
    #expect(report.violation == nil)
    #expect(desk.unanswered == 0)
    #expect(desk.killed > 0)
  }

  @Test("tells what it has, while it works", arguments: 1...6 as ClosedRange<UInt64>)
  func tables(seed: UInt64) {
    let (report, desk) = run(seed) { desk in
      for time in 0..<100 {
        desk.ask([.clients(withAddresses: true), .links, .pools, .instances], at: time)
      }
    }
    #expect(report.violation == nil)
    #expect(desk.unanswered == 0)
    #expect(desk.mostClients > 5 && desk.mostLinks > 1 && desk.mostPools > 1)
    #expect(desk.faults == [])
  }
}

/// Who sits at the console: it asks the worker at times, and looks at the answers.
final class Operator {
  private let inbox = AdminInbox()
  private var stage: Stage!
  private var lastQuestion: UInt64 = 0
  private var waiting: [UInt64: (AdminAnswer) -> Void] = [:]
  /// Pauses of everything that are reached, with what had run by then.
  private var runAtPause: Int?

  private(set) var pausesReached = 0
  private(set) var runWhilePaused = 0
  private(set) var killed = 0
  private(set) var mostClients = 0
  private(set) var mostLinks = 0
  private(set) var mostPools = 0
  private(set) var faults: Set<String> = []

  /// Questions that the worker has not answered.
  var unanswered: Int { waiting.count }

  func sit(at stage: Stage) { self.stage = stage }

  /// Sessions may be told 57P01 from now on.
  func mayKill() { stage.fleet.excuses.isStopping = true }

  /// Sessions may be told 57P03 from now on.
  func mayRefuse() { stage.fleet.excuses.permissionsHaveExpired = { true } }

  func ask(_ parts: [AdminQuestion.Part], at milliseconds: Int) {
    stage.world.after(milliseconds * 1_000_000) { [unowned self] in
      post(parts) { [unowned self] in look(at: $0) }
    }
  }

  /// Orders a pause, waits until it is reached, and takes it back a while after that.
  func pause(_ scope: AdminScope, at milliseconds: Int, for duration: Int) {
    stage.world.after(milliseconds * 1_000_000) { [unowned self] in
      post([.pause(scope), .unfinished(scope)]) { [unowned self] in
        paused(scope, $0, for: duration)
      }
    }
  }

  private func paused(_ scope: AdminScope, _ answer: AdminAnswer, for duration: Int) {
    guard answer.unfinished.transactions == 0 else {
      return stage.world.after(1_000_000) { [unowned self] in
        post([.unfinished(scope)]) { [unowned self] in paused(scope, $0, for: duration) }
      }
    }
    pausesReached += 1
    if scope == .all { runAtPause = stage.ledger?.requestsRun }
    stage.world.after(duration * 1_000_000) { [unowned self] in
      if scope == .all, let runAtPause {
        runWhilePaused += (stage.ledger?.requestsRun ?? 0) - runAtPause
        self.runAtPause = nil
      }
      post([.resume(scope)]) { _ in }
    }
  }

  private func post(_ parts: [AdminQuestion.Part], then take: @escaping (AdminAnswer) -> Void) {
    lastQuestion += 1
    waiting[lastQuestion] = take
    stage.context.mailbox.post(
      .admin(AdminQuestion(number: lastQuestion, parts: parts, inbox: inbox)))
    listen()
  }

  /// Looks for answers until there is nothing to wait for.
  private func listen(times: Int = 10_000) {
    stage.world.after(200_000) { [unowned self] in
      for answer in inbox.takeAll() { waiting.removeValue(forKey: answer.number)?(answer) }
      // A worker that has stopped answers no more.
      if !waiting.isEmpty, times > 0 { listen(times: times - 1) }
    }
  }

  private func look(at answer: AdminAnswer) {
    killed += answer.killed
    mostClients = max(mostClients, answer.clients.count)
    mostLinks = max(mostLinks, answer.links.count)
    mostPools = max(mostPools, answer.pools.count)
    for client in answer.clients where client.phase == .lent && client.link == nil {
      faults.insert("a client with a server, and without one")
    }
    for link in answer.links where (link.phase == .lent) != (link.session != nil) {
      if link.phase != .closing { faults.insert("a link that is lent to nobody") }
    }
    let accounts = answer.clients.compactMap(\.account) + answer.links.map(\.account)
    if !accounts.allSatisfy({ answer.accounts[$0] != nil }) { faults.insert("a nameless account") }
    if answer.accounts.values.contains(where: { !$0.database.starts(with: Array("db_".utf8)) }) {
      faults.insert("a database of another name")
    }
  }
}
