import Routing
import ShardMap
import Wire

/// What a client of the pool decides to do next.
extension SharingClient {
  /// Puts the steps of one more action at the end of the list.
  func decide() {
    if world.random.chance(plan.vanishes) {
      steps.append(world.random.chance(500) ? .close : .reset)
      return
    }
    if world.random.chance(plan.vanishes / 4) { return breakProtocol() }
    actionsLeft -= 1
    guard actionsLeft > 0 else { return leave() }
    if world.random.chance(150) { steps.append(.pause(world.random.size(in: 1...20_000_000))) }
    switch session.status {
    case .idle: actIdle()
    case .inTransaction: world.random.chance(300) ? endTransaction() : actAnywhere()
    case .failed: world.random.chance(700) ? endTransaction() : actAnywhere()
    }
    if !world.random.chance(plan.pipelines) { steps.append(.await) }
  }

  private func breakProtocol() {
    let messages: [[UInt8]] = [
      PoolRequests.parse("s1", "SELECT 1").dropLast(3) + [],
      MessageEncoder.encode(type: FrontendMessageType.bind, body: [UInt8](repeating: 7, count: 9)),
      [FrontendMessageType.query, 0, 0, 0, 1],
      [FrontendMessageType.query, 0x7F, 0xFF, 0xFF, 0xFF],
    ]
    if world.random.chance(500) {
      query("COPY t FROM STDIN")
      if world.random.chance(500) { steps.append(.await) }
      steps.append(.breakProtocol(PoolRequests.query("SELECT rows 1 1")))
    } else {
      steps.append(.breakProtocol(world.random.pick(messages)))
    }
    // Some of it is only the beginning of something.
    steps += [.pause(world.random.size(in: 1_000...20_000_000)), .close]
  }

  private func leave() {
    if world.random.chance(700) { steps.append(.await) }
    switch world.random.index(below: 4) {
    case 0: steps += [.finish, .awaitEnd]
    case 1: steps += [.say(PoolRequests.terminate, nil), .await, .close]
    default: steps += [.say(PoolRequests.terminate, nil), .awaitEnd]
    }
  }

  private func actIdle() {
    if world.random.chance(plan.histories) { return makeHistory() }
    guard world.random.chance(plan.pins) else {
      switch world.random.index(below: 10) {
      case 0, 1: beginTransaction()
      case 2: query("BEGIN; SELECT rows \(count) \(bytes)")
      case 3: query("SELECT rows \(count) 3; SELECT rows 1 \(bytes)")
      case 4 where ownSettings.isEmpty:
        query(world.random.chance(500) ? "DISCARD ALL" : "RESET TimeZone")
      default: actAnywhere()
      }
      return
    }
    isPinned = true
    switch world.random.index(below: 4) {
    case 0: query("LISTEN news\(truth.id)")
    case 1: query("CREATE TEMP TABLE t\(truth.id)")
    case 2: query("SET work_mem TO '\(world.random.index(below: 9) + 1)MB'")
    default: query("UNLISTEN *")
    }
  }

  private func actAnywhere() {
    switch world.random.index(below: 14) {
    case 0...2: query("SELECT rows \(count) \(bytes)", filler: filler)
    case 3...5: named()
    case 6: unnamed()
    case 7: setting()
    case 8:
      query(
        world.random.pick([
          "SHOW TimeZone", "SHOW work_mem", "SHOW shardway.tenant", "SELECT temporary",
        ]))
    case 9: copyIn()
    case 10: query("COPY t TO STDOUT \(count) \(bytes)")
    case 11: query(world.random.pick(["SELECT fail", "SELEC", ""]))
    case 12: forget()
    default: sleep()
    }
  }

  // MARK: Sizes

  private var count: Int { world.random.size(in: 0...8) }
  private var bytes: Int { world.random.size(in: 0...(world.random.chance(30) ? 300_000 : 5_000)) }
  private var filler: Int {
    world.random.chance(100) ? world.random.size(in: 0...150_000) : 0
  }

  // MARK: Simple queries

  private func newTag() -> RequestTag {
    tagCount += 1
    return RequestTag(client: truth.id, request: tagCount - 1)
  }

  private func query(_ text: String, filler: Int = 0, first: Bool = false) {
    let tag = newTag()
    let step = Step.say(PoolRequests.query(text + tag.comment, filler: filler), tag)
    steps.insert(step, at: first ? 1 : steps.count)
  }

  private func beginTransaction() {
    query("BEGIN")
    guard world.random.chance(plan.choosesTier), isBetween else { return }
    steps.append(.await)
    steps += [.choose(PoolStart.tier(world, plan)), .await]
  }

  // MARK: Writes, and reads that are judged by them

  /// One that moves between shards has two logs, and none of them is its own.
  private var hasHistory: Bool { truth.tenant != "mover" }

  private func makeHistory() {
    guard hasHistory, !isPinned else { return query("SELECT rows 1 1") }
    switch world.random.index(below: 8) {
    case 0...2: write()
    case 3, 4: query("SELECT everything")
    case 5: steps += [.await, .changeTier(PoolStart.tier(world, plan)), .await]
    case 6 where truth.tier == .strong || truth.tier == .session:
      steps += [.await, .askFloor, .await]
    default: takeFloor()
    }
  }

  private func write() {
    // What may go to a replica can't write there.
    if truth.tier != .strong { steps += [.await, .changeTier(.strong), .await, .write] }
    if truth.tier == .strong { steps.append(.write) }
    if world.random.chance(700) {
      steps += [.await, .changeTier(PoolStart.tier(world, plan)), .await, .read]
    }
  }

  private func takeFloor() {
    guard let text = ledger.floors[truth.tenant]?.last, let position = SimulatedProbe.position(text)
    else { return query("SELECT everything") }
    steps += [.await, .takeFloor(text, position), .await, .read]
  }

  /// Whether a map may keep it from writing.
  var mayBeKeptFromWriting: Bool {
    ledger.fleet.refusesWrites(of: truth.tenant, from: oldestMap).mayBe
  }

  /// Writes something, if a mode lets it.
  func writeNow() {
    let tag = newTag()
    let message = PoolRequests.query("INSERT INTO t" + tag.comment)
    steps.insert(contentsOf: [.sayCancellable(message, tag), .await], at: 1)
  }

  /// Asks for something when it is its turn.
  func sayNow(_ text: String) { query(text, first: true) }

  private func endTransaction() { query(world.random.chance(700) ? "COMMIT" : "ROLLBACK") }

  private func setting() {
    let isLocal = session.status == .inTransaction && world.random.chance(400)
    let name = world.random.pick(["TimeZone", "TimeZone", "application_name"])
    let value = name == "TimeZone" ? PoolStart.zone(world) : "app\(world.random.index(below: 3))"
    query("SET \(isLocal ? "LOCAL " : "")\(name) TO '\(value)'")
  }

  private func sleep() {
    let tag = newTag()
    let isCancelled = world.random.chance(plan.cancels)
    let nanoseconds = world.random.size(in: 1_000...5_000_000)
    let message = PoolRequests.query("SELECT sleep \(nanoseconds)" + tag.comment)
    steps.append(.sayCancellable(message, tag))
    if isCancelled {
      for _ in 0..<world.random.number(in: 1...2) {
        steps.append(.pause(world.random.size(in: 1_000...5_000_000)))
        steps.append(.cancel)
      }
    }
    steps.append(.await)
  }

  private func copyIn() {
    hasCopied = true
    let isExtended = world.random.chance(400)
    let text = world.random.chance(150) ? "COPY t FROM nothing" : "COPY t FROM STDIN"
    if isExtended {
      let tag = newTag()
      say(PoolRequests.parse("", text + tag.comment))
      say(PoolRequests.bind("", "", []))
      steps.append(.say(PoolRequests.execute(""), tag))
      if world.random.chance(700) { say(PoolRequests.sync) } else { say(PoolRequests.flush) }
    } else {
      query(text)
    }
    let waits = world.random.chance(500)
    if waits { steps.append(.await) }
    for _ in 0..<count {
      let filler: UInt8 = world.random.chance(50) ? PostgresSession.badData : 7
      say(PoolRequests.copyData([UInt8](repeating: filler, count: bytes)))
      // Ignored by a server that takes data.
      if waits, session.status != .failed, world.random.chance(100) { say(PoolRequests.sync) }
    }
    say(world.random.chance(200) ? PoolRequests.copyFail : PoolRequests.copyDone)
    if isExtended { say(PoolRequests.sync) }
  }

  private func say(_ message: [UInt8]) { steps.append(.say(message, nil)) }

  // MARK: Prepared statements

  /// The group that follows fails at its beginning.
  private func failBefore() {
    let tag = newTag()
    say(PoolRequests.parse("", "SELECT fail" + tag.comment))
    say(PoolRequests.bind("", "", []))
    steps.append(.say(PoolRequests.execute(""), tag))
  }

  private func parameters(_ tag: RequestTag) -> [String] {
    var parameters = ["\(tag)", "\(count)", "\(bytes)"]
    if filler > 0 { parameters.append(String(repeating: "x", count: filler)) }
    return parameters
  }

  private func unnamed() {
    if world.random.chance(200) { return failInGroup() }
    say(PoolRequests.parse("", "SELECT parameters v0", filler: filler))
    if world.random.chance(500) { say(PoolRequests.describe("S", "")) }
    run("")
    say(PoolRequests.sync)
  }

  /// Something fails, and what stands behind it is skipped.
  private func failInGroup() {
    let tag = newTag()
    say(PoolRequests.parse("", "SELECT fail" + tag.comment))
    say(PoolRequests.bind("", "", []))
    steps.append(.say(PoolRequests.execute(""), tag))
    if world.random.chance(100) {
      // More than anybody counts at once.
      for _ in 0..<world.random.number(in: 1...200) { run("") }
      if world.random.chance(500) { query("SELECT rows 1 1") }
    }
    if world.random.chance(500) {
      // The name isn't given to anything: it is free again.
      say(PoolRequests.parse("skipped", "SELECT parameters v\(world.random.index(below: 4))"))
      run("skipped")
      say(PoolRequests.close("S", "skipped"))
    }
    say(PoolRequests.sync)
  }

  /// A statement is bound and run.
  private func run(_ name: String) {
    let tag = newTag()
    let portal = world.random.chance(200) ? "p" : ""
    say(PoolRequests.bind(portal, name, parameters(tag)))
    if world.random.chance(300) { say(PoolRequests.describe("P", portal)) }
    if world.random.chance(200) {
      steps.append(.say(PoolRequests.execute(portal, maximum: 2), tag))
      say(PoolRequests.execute(portal, maximum: 3))
      if world.random.chance(500) { say(PoolRequests.close("P", portal)) }
    } else {
      steps.append(.say(PoolRequests.execute(portal), tag))
    }
    if !portal.isEmpty { say(PoolRequests.close("P", portal)) }
  }

  private func named() {
    // All that was decided before has been said, so the session knows it.
    var prepared = session.foreignStatements
    for _ in 0..<world.random.size(in: 1...(world.random.chance(100) ? 80 : 3)) {
      let number = world.random.index(below: 6)
      let name = "s\(number)"
      if !prepared.contains(name) {
        // Others have the same text under another name.
        let variant = (number + truth.id) % 6
        say(PoolRequests.parse(name, "SELECT parameters v\(variant)"))
        prepared.append(name)
      }
      if world.random.chance(300) { say(PoolRequests.describe("S", name)) }
      run(name)
      if world.random.chance(100) {
        say(PoolRequests.flush)
        steps.append(.await)
      }
    }
    say(PoolRequests.sync)
  }

  private func forget() {
    let prepared = session.foreignStatements
    guard let name = prepared.first, world.random.chance(800) else {
      query("DEALLOCATE ALL")
      return
    }
    if world.random.chance(500) {
      if world.random.chance(200) { failBefore() }
      say(PoolRequests.close("S", name))
      if world.random.chance(300) {
        say(PoolRequests.parse(name, "SELECT parameters v\(world.random.index(below: 6))"))
        run(name)
      }
      say(PoolRequests.sync)
    } else {
      query("DEALLOCATE \(name)")
    }
  }

}
