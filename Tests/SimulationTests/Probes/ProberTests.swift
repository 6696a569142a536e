import Authentication
import Routing
import Telemetry
import Testing
import Wire

@testable import DataPlane
@testable import Simulation

/// The prober on the simulated kernel.
struct ProberTests {
  private func count(_ world: ProbedWorld, _ counter: ProbeCounter) -> UInt64 {
    world.context.report.counters.value(counter)
  }

  private func events(_ world: ProbedWorld) -> [String] {
    var events: [String] = []
    while let event = world.context.report.events.take() {
      let kind =
        switch event.kind {
        case .failed(let failure): "failed: \(failure)"
        case .recovered: "recovered"
        case .contradiction(let contradiction): "\(contradiction)"
        case .agreement: "agreement"
        }
      events.append("\(event.instance) \(kind)")
    }
    return events
  }

  @Test("samples each instance once an interval over one connection, and not all at once")
  func calm() throws {
    let world = try ProbedWorld(seed: 1, replicas: 4, plan: FaultPlan())
    world.run(milliseconds: 20_000)
    for server in world.servers {
      #expect(server.connectionCount == 1)
      #expect(35...42 ~= server.askedAt.count, "\(server.askedAt.count)")
    }
    #expect(count(world, .samples) >= 5 * 35 && count(world, .failures) == 0)
    // Replicas are asked after their primary has answered.
    let primary = world.servers[0].askedAt.last! % ProbedWorld.interval
    let replica = world.servers[1].askedAt.last! % ProbedWorld.interval
    #expect(
      20_000_000...150_000_000
        ~= (replica + ProbedWorld.interval - primary) % ProbedWorld.interval)
  }

  @Test("where nobody writes, replicas are as fresh as the primary's last answer")
  func idle() throws {
    let world = try ProbedWorld(seed: 2, plan: FaultPlan())
    world.servers[0].log.commit(at: 5, bytes: 100)
    for server in world.servers { server.replayed = 100 }
    var looks = 0
    world.watcher = { [unowned world] in
      guard world.world.now > 2_000_000_000, !world.context.isToStop else { return }
      let primary = world.known(world.servers[0])!.sample
      #expect(primary.role == .primary && primary.freshAsOf == primary.takenAt)
      #expect(world.world.now - primary.takenAt.nanoseconds < 600_000_000)
      for server in world.servers.dropFirst() {
        #expect(world.known(server)!.sample.freshAsOf == primary.takenAt)
      }
      looks += 1
    }
    world.run(milliseconds: 10_000)
    #expect(looks > 10)
  }

  @Test("the proof of a replica that has stopped replaying stands still, and goes on with it")
  func pause() throws {
    let world = try ProbedWorld(seed: 3, replicas: 1, plan: FaultPlan())
    let (primary, replica) = (world.servers[0], world.servers[1])
    var lags: [UInt64: UInt64] = [:]
    for moment in stride(from: 0, to: 12_000, by: 10) {
      world.world.after(moment * 1_000_000) {
        primary.log.commit(at: world.world.now, bytes: 8)
        if !(4_000..<8_000 ~= moment) { replica.replayed = primary.log.end }
      }
    }
    world.watcher = { [unowned world] in
      let now = MonotonicTime(nanoseconds: world.world.now)
      if let lag = world.known(replica)?.sample.provenLagNanoseconds(at: now) {
        lags[now.nanoseconds / 1_000_000_000] = lag / 1_000_000
      }
    }
    world.run(milliseconds: 12_000)
    #expect(lags[3]! < 700)
    #expect(3_000...4_500 ~= lags[7]!)
    #expect(lags[10]! < 700)
  }

  @Test("an instance that is gone is unknown at once, is tried ever less often, and is found again")
  func lost() throws {
    let world = try ProbedWorld(seed: 4, plan: FaultPlan())
    let server = world.servers[1]
    var unknownAt: UInt64?
    world.world.after(3_000_000_000) { server.crash() }
    world.world.after(33_000_000_000) { server.isAlive = true }
    world.watcher = { [unowned world] in
      if world.world.now > 3_000_000_000, unknownAt == nil, world.known(server) == nil {
        unknownAt = world.world.now
      }
      if 4_000_000_000...33_000_000_000 ~= world.world.now { #expect(world.known(server) == nil) }
      if 39_000_000_000..<40_000_000_000 ~= world.world.now { #expect(world.known(server) != nil) }
    }
    world.run(milliseconds: 40_000)
    #expect(unknownAt! < 3_001_000_000)
    #expect(server.connectionCount == 2)
    #expect(7...14 ~= count(world, .failures), "\(count(world, .failures))")
    let told = events(world)
    #expect(told.count == 3 && told.last == "b recovered", "\(told)")
    #expect(world.servers[2].connectionCount == 1)
  }

  private static let moods: [(mood: ProbedServer.Mood, failure: String)] = [
    (.saysNothing, "no login within"), (.saysRubbish, "no answer of PostgreSQL"),
    (.refusesLogins, "login refused: 28000 no such role"),
  ]

  @Test("an instance that gives no answer is told, and tried again", arguments: moods.indices)
  func noAnswer(index: Int) throws {
    let world = try ProbedWorld(seed: 5, plan: FaultPlan())
    world.servers[1].mood = Self.moods[index].mood
    world.world.after(30_000_000_000) { world.servers[1].mood = .answers }
    world.run(milliseconds: 45_000)
    let told = events(world)
    #expect(
      told.count == 2 && told[0].hasPrefix("b failed: \(Self.moods[index].failure)"), "\(told)")
    #expect(told.last == "b recovered")
    #expect(world.servers[1].connectionCount == Int(count(world, .failures)) + 1)
    #expect((count(world, .malformedAnswers) > 0) == (Self.moods[index].mood == .saysRubbish))
  }

  @Test("an instance that falls silent is unknown when its answer is overdue")
  func silent() throws {
    let world = try ProbedWorld(seed: 6, plan: FaultPlan())
    world.world.after(5_000_000_000) { world.servers[1].mood = .saysNothing }
    world.watcher = { [unowned world] in
      if world.world.now > 8_000_000_000 { #expect(world.known(world.servers[1]) == nil) }
    }
    world.run(milliseconds: 12_000)
    #expect(events(world).first == "b failed: no answer within 2.0 seconds")
  }

  @Test(
    "an answer may come before the news that the question was sent",
    arguments: 1...60 as ClosedRange<UInt64>)
  func answerBeforeNews(seed: UInt64) throws {
    var plan = FaultPlan()
    plan.waitingSendPauses = 1000
    let world = try ProbedWorld(seed: seed, replicas: 1, plan: plan) {
      ProbeLogin(
        ServerLogin(
          user: [], credential: .password([1]), clientNonce: Nonces.scram(), allowsWeak: true))
    }
    for server in world.servers { server.mood = .asksForPasswords }
    world.run(milliseconds: 3_000)
    #expect(count(world, .failures) == 0 && count(world, .samples) > 0)
  }

  // MARK: Maps

  @Test("instances come, go and move with the map, and the connections of the others go on")
  func mapChanges() throws {
    let world = try ProbedWorld(seed: 7, plan: FaultPlan())
    let (a, b, c) = (world.servers[0], world.servers[1], world.servers[2])
    let d = world.addServer("d", at: 7)
    let moved = world.addServer("b", at: 8)
    world.world.after(3_000_000_000) { world.publish([(a, [d, c, b])]) }
    world.world.after(6_000_000_000) {
      #expect(d.openConnections == 1 && world.known(d) != nil)
      world.publish([(a, [moved])])
    }
    world.world.after(9_000_000_000) {
      for gone in [b, c, d] { #expect(gone.openConnections == 0, "\(gone.id)") }
      #expect(world.known(moved) != nil)
      world.publish([(a, [c, d])])
    }
    world.world.after(12_000_000_000) { #expect(world.known(c) != nil && world.known(d) != nil) }
    world.run(milliseconds: 13_000)
    #expect(a.connectionCount == 1 && b.connectionCount == 1 && moved.connectionCount == 1)
    #expect(c.connectionCount == 2 && d.connectionCount == 2)
    #expect(moved.openConnections == 0)
  }

  @Test("shards come and go, and their instances may come back in others")
  func shards() throws {
    let world = try ProbedWorld(seed: 10, replicas: 4, plan: FaultPlan())
    let (a, b, c, d) = (world.servers[0], world.servers[1], world.servers[2], world.servers[3])
    let e = world.servers[4]
    world.world.after(3_000_000_000) {
      c.isPrimary = true
      world.publish([(a, [b]), (c, [d, e])])
    }
    world.world.after(6_000_000_000) {
      for server in [a, b, c, d, e] {
        #expect(world.known(server)!.sample.freshAsOf != .origin, "\(server.id)")
      }
      world.publish([(a, [b])])
    }
    world.world.after(9_000_000_000) { world.publish([(c, [b])]) }
    world.world.after(12_000_000_000) {
      #expect(a.openConnections == 0 && world.known(b)!.sample.freshAsOf != .origin)
    }
    world.run(milliseconds: 15_000)
    #expect([a, b, d, e].allSatisfy { $0.connectionCount == 1 } && c.connectionCount == 2)
  }

  @Test("a map whose catalog is the same changes nothing")
  func sameCatalog() throws {
    let world = try ProbedWorld(seed: 8, plan: FaultPlan())
    let board = world.mapSlot.edition.samples
    world.world.after(3_000_000_000) {
      // The same instances; the version of the map is not in the catalog, and the shard's epoch is.
      world.mapSlot.publish(world.mapSlot.map)
      world.context.noteMapChange()
    }
    world.run(milliseconds: 5_000)
    #expect(world.mapSlot.edition.samples === board)
    #expect(world.servers.allSatisfy { $0.connectionCount == 1 })
  }

  @Test(
    "a failover is told and a refresh asked for until the map knows of it; then proofs begin anew")
  func failover() throws {
    let world = try ProbedWorld(seed: 9, plan: FaultPlan())
    let (a, b, c) = (world.servers[0], world.servers[1], world.servers[2])
    a.log.commit(at: 0, bytes: 100)
    for server in [b, c] { server.replayed = 100 }
    world.world.after(5_000_000_000) {
      a.isPrimary = false
      a.replayed = 100
      b.isPrimary = true
      b.log = a.log.fork(at: 100)
      // It goes on in the old log, where it gets what the new primary never had.
      a.log.commit(at: world.world.now, bytes: 500)
      c.replayed = 600
    }
    world.world.after(10_000_000_000) {
      #expect(world.known(a)!.sample.role == .replica && world.known(b)!.sample.role == .primary)
      for server in [a, b, c] {
        #expect(world.known(server)!.sample.freshAsOf == .origin, "\(server.id)")
        #expect(world.known(server)!.sample.position == .zero, "\(server.id)")
      }
      world.publish([(b, [a, c])])
    }
    world.world.after(10_001_000_000) {
      // What it said before the map knew is its word as the primary's.
      #expect(world.known(b)!.sample.freshAsOf == world.known(b)!.sample.takenAt)
    }
    world.world.after(14_000_000_000) {
      #expect(world.known(c)!.sample.freshAsOf == .origin, "it is on the old timeline")
      c.log = b.log
      c.replayed = 100
    }
    world.world.after(16_000_000_000) {
      #expect(world.known(c)!.sample.freshAsOf != .origin)
      #expect(world.known(c)!.sample.position == LogPosition(rawValue: 100))
    }
    world.run(milliseconds: 16_500)
    let told = events(world)
    #expect(
      told.sorted() == [
        "a agreement", "a primaryReplays", "b agreement", "b replicaWrites",
      ], "\(told)")
    // Two instances, five seconds.
    #expect(16...22 ~= count(world, .roleContradictions), "\(count(world, .roleContradictions))")
    #expect(count(world, .refreshesWanted) == UInt64(world.line.refreshWanted))
    #expect(8...22 ~= world.line.refreshWanted, "\(world.line.refreshWanted)")
  }

  // MARK: Any world

  @Test(
    "holds in any world: no bound is too good, and a stop leaves nothing",
    arguments: 1...80 as ClosedRange<UInt64>)
  func anyWorld(seed: UInt64) throws {
    let world = try ProbedWorld(seed: seed, replicas: 1 + Int(seed % 4))
    Unrest(world).begin()
    world.run(milliseconds: 30_000)
  }

  @Test("such worlds prove something")
  func variety() throws {
    let proofs = try (1...10 as ClosedRange<UInt64>).map { seed in
      let world = try ProbedWorld(seed: seed, replicas: 3)
      Unrest(world).begin()
      world.run(milliseconds: 30_000)
      return world.proofs
    }
    #expect(proofs.count { $0 > 100 } > 6, "\(proofs)")
  }
}

/// Writes, replays, crashes, failovers and new maps, at random.
private final class Unrest {
  private let fleet: ProbedWorld
  private let world: SimulatedWorld

  init(_ fleet: ProbedWorld) {
    self.fleet = fleet
    world = fleet.world
  }

  func begin() {
    every(1...200) { self.write() }
    every(5...300) { self.replay(self.world.random.pick(self.fleet.servers)) }
    every(2_000...8_000) { self.restart(self.world.random.pick(self.fleet.servers)) }
    every(6_000...20_000) { self.failOver() }
    every(3_000...9_000) { self.changeMap() }
    every(3_000...9_000) { self.world.random.pick(self.fleet.servers).disconnect() }
  }

  private func every(_ milliseconds: ClosedRange<Int>, _ action: @escaping () -> Void) {
    world.after(world.random.number(in: milliseconds) * 1_000_000) { [self] in
      action()
      every(milliseconds, action)
    }
  }

  private func write() {
    let primary = fleet.primary
    if primary.isAlive {
      primary.log.commit(at: world.now, bytes: world.random.number(in: 1...100))
    }
  }

  private func replay(_ server: ProbedServer) {
    guard server.isAlive, !server.isPrimary, server.log.end > server.replayed else { return }
    let room = Int(server.log.end - server.replayed)
    server.replayed += UInt64(world.random.chance(600) ? room : world.random.number(in: 0...room))
  }

  /// A server crashes, and comes back when nobody can still believe in what it said; a replica with less.
  private func restart(_ server: ProbedServer) {
    guard server.isAlive else { return }
    server.crash()
    world.after(world.random.number(in: 50...4_000) * 1_000_000) { [self] in
      guard !server.isAlive else { return }
      server.replayed -= min(server.replayed, UInt64(world.random.number(in: 0...200)))
      server.isAlive = true
    }
  }

  /// The primary crashes, and a replica that follows it is promoted. The others follow later, or are made anew.
  private func failOver() {
    let old = fleet.primary
    let candidates = fleet.servers.filter { !$0.isPrimary && $0.isAlive && $0.log === old.log }
    guard !candidates.isEmpty else { return }
    let new = world.random.pick(candidates)
    old.crash()
    old.isPrimary = false
    old.replayed = old.log.end
    new.isPrimary = true
    new.log = old.log.fork(at: new.replayed)
    for server in fleet.servers where server !== new {
      world.after(world.random.number(in: 100...5_000) * 1_000_000) { [self] in
        follow(server, new)
      }
    }
    world.after(world.random.number(in: 10...3_000) * 1_000_000) { [self] in changeMap() }
  }

  private func follow(_ server: ProbedServer, _ primary: ProbedServer) {
    guard !server.isPrimary, primary.isPrimary, server.log !== primary.log else { return }
    let shared = zip(server.log.commits, primary.log.commits).prefix { $0 == $1 }.last?.0.position
    guard server.replayed > shared ?? 0 else {
      server.log = primary.log
      server.isAlive = true
      return
    }
    server.crash()
    world.after(60_000_000) {
      guard !server.isPrimary, primary.isPrimary else { return }
      server.log = primary.log
      server.replayed = 0
      server.isAlive = true
    }
  }

  /// A map with the primary of this moment and some of the others.
  private func changeMap() {
    guard !fleet.context.isToStop else { return }
    let primary = fleet.primary
    let others = fleet.servers.filter { $0 !== primary && world.random.chance(800) }
    fleet.publish([(primary, others)])
  }
}
