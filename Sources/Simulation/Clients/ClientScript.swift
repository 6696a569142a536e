import Routing
import Wire

/// What a simulated client does, and what it has to get for it.
struct ClientScript {
  /// One step; the next begins when it is done.
  enum Step {
    /// Sends bytes that the router reads and nobody else does.
    case greet([UInt8])
    /// Sends a message that must reach the server as it is.
    case send([UInt8])
    /// From here on the server speaks.
    case beginSession
    /// Waits for one byte of the router's.
    case awaitAnswer(UInt8)
    /// Waits until the server has said so often that it is ready.
    case awaitReady(Int)
    case pause(Int)
    /// Sends FIN and goes on reading.
    case finish
    /// Waits for the end of the stream.
    case awaitEnd
    case close
    case reset
  }

  /// How it has to end.
  enum Expectation {
    /// Everything arrives.
    case served
    /// The router says one of these SQLSTATEs.
    case refused([String])
    /// The connection ends; an error message may or may not come.
    case dropped
  }

  var steps: [Step] = []
  var expectation = Expectation.served
  /// The listener: true for TLS that ends at the server.
  var speaksTLS = false
  var truth: SessionTruth?
  var readsSlowly = false
}

/// Writes scripts.
struct ScriptWriter {
  let world: SimulatedWorld
  let fleet: SimulatedFleet
  /// Whether some encrypt to their server, through the router.
  var passesTLSOn = true

  /// A client of any kind, as often as the plan has it.
  func anyClient() -> ClientScript {
    if world.plan.lateClients > 0, world.random.chance(world.plan.lateClients) {
      return session(of: SimulatedMaps.lateTenant)
    }
    guard world.random.chance(world.plan.oddClients) else {
      return !passesTLSOn || world.random.chance(750) ? session() : encryptedSession()
    }
    switch world.random.index(below: passesTLSOn ? 9 : 8) {
    case 0: return garbage()
    case 1: return refused(["database": "nobody"], ["3D000"])
    case 2: return refused(["database": "acme", "options": "-c shardway.tenant=bolt"], ["28000"])
    case 3: return refused(["user": "app"], ["08004"], hasDatabase: false)
    case 4: return refused(["database": SimulatedMaps.suspendedTenant], ["08004"])
    case 5: return refused(["database": SimulatedMaps.pausedTenant], ["57P03"])
    case 6: return silence()
    case 7: return cancelRequest()
    default: return refusedHello()
    }
  }

  // MARK: Sessions

  /// A session in the clear, with one of the ways to name its tenant.
  func session(of wanted: String? = nil) -> ClientScript {
    let isEventual = wanted == nil && world.random.chance(400)
    let asksForTier = world.random.chance(300)
    let tenants =
      isEventual && !asksForTier
      ? SimulatedMaps.eventualTenants
      : isEventual
        ? SimulatedMaps.eventualTenants + SimulatedMaps.strongTenants : SimulatedMaps.strongTenants
    let tenant = wanted ?? world.random.pick(tenants)
    let truth = fleet.newTruth(tenant: tenant, isEventual: isEventual)
    var options = ["-c geqo=off"]
    if asksForTier {
      options.append("-c shardway.consistency=\(isEventual ? "eventual" : "strong")")
    }
    var parameters = ["application_name": "\(truth.id)", "user": "app", "client_encoding": "UTF8"]
    switch world.random.index(below: 3) {
    case 0: parameters["database"] = tenant
    case 1:
      parameters["user"] = "app.\(tenant)"
      if world.random.chance(500) { parameters["database"] = "postgres" }
    default:
      options.append("-c shardway.tenant=\(tenant)")
      parameters["database"] = "postgres"
    }
    parameters["options"] = options.joined(separator: " ")

    var script = ClientScript()
    script.truth = truth
    negotiate(&script)
    script.steps += pieces(startup(parameters))
    script.steps.append(.beginSession)
    converse(&script)
    return script
  }

  /// A session whose encryption ends at the server.
  func encryptedSession() -> ClientScript {
    let isEventual = world.random.chance(400)
    let tenant = world.random.pick(
      isEventual ? SimulatedMaps.eventualTenants : SimulatedMaps.strongTenants)
    let truth = fleet.newTruth(tenant: tenant, isEventual: isEventual)
    var script = ClientScript()
    script.truth = truth
    script.speaksTLS = true
    if world.random.chance(500) {
      script.steps += pieces(Self.sslRequest)
      script.steps.append(.awaitAnswer(UInt8(ascii: "S")))
    }
    script.steps.append(.beginSession)
    let hello = SimulatedHello.record(serverName: "\(tenant).db.sim", session: truth.id)
    script.steps.append(.send(hello))
    converse(&script)
    return script
  }

  /// Queries and an end.
  private func converse(_ script: inout ClientScript) {
    script.readsSlowly = world.random.chance(world.plan.slowReaders)
    // Without waiting for the server, as a client may that trusts its server.
    if world.random.chance(700) { script.steps.append(.awaitReady(1)) }
    var asked = 0
    for _ in 0..<world.random.size(in: 0...12) {
      for _ in 0..<world.random.size(in: 1...6) {
        script.steps.append(.send(query()))
        asked += 1
      }
      if world.random.chance(700) { script.steps.append(.awaitReady(asked + 1)) }
      if world.random.chance(200) {
        script.steps.append(.pause(world.random.size(in: 1...20_000_000)))
      }
    }
    switch world.random.index(below: 10) {
    case 0: script.steps.append(.close)
    case 1: script.steps.append(.reset)
    case 2...5: script.steps += [.finish, .awaitEnd, .close]
    default:
      script.steps += [.awaitReady(asked + 1), .send(terminate), .close]
    }
  }

  private func query() -> [UInt8] {
    let rows = world.random.size(in: 0...8)
    let bytes = world.random.chance(20) ? 1 << 20 : world.random.size(in: 0...40_000)
    let words = [rows, bytes].flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }
    let filler = world.random.bytes(world.random.size(in: 0...30_000))
    return MessageEncoder.encode(type: FrontendMessageType.query, body: words + filler)
  }

  private var terminate: [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.terminate, body: [])
  }

  // MARK: Greetings

  private static let sslRequest: [UInt8] = [0, 0, 0, 8, 4, 210, 22, 47]
  private static let gssRequest: [UInt8] = [0, 0, 0, 8, 4, 210, 22, 48]

  /// Asks for encryption first, as many clients do.
  private func negotiate(_ script: inout ClientScript) {
    var requests: [[UInt8]] = []
    if world.random.chance(300) { requests.append(Self.gssRequest) }
    if world.random.chance(500) { requests.append(Self.sslRequest) }
    for request in requests {
      script.steps += pieces(request)
      script.steps.append(.awaitAnswer(UInt8(ascii: "N")))
    }
  }

  /// The bytes at once, or in pieces down to single bytes.
  private func pieces(_ bytes: [UInt8]) -> [ClientScript.Step] {
    guard world.random.chance(300) else { return [.greet(bytes)] }
    var steps: [ClientScript.Step] = []
    var place = 0
    while place < bytes.count {
      let end = min(bytes.count, place + world.random.size(in: 1...64))
      if place > 0 { steps.append(.pause(world.random.size(in: 1...100_000))) }
      steps.append(.greet(Array(bytes[place..<end])))
      place = end
    }
    return steps
  }

  /// A startup packet; the parameters in the order of their names.
  private func startup(_ parameters: [String: String]) -> [UInt8] {
    var writer = StartupMessageWriter(
      protocolVersion: world.random.chance(300) ? .v3_2 : .v3_0)
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try? writer.append(name: name, value: value)
    }
    return (try? writer.finish()) ?? []
  }

  // MARK: Clients that are not let through

  private func refused(
    _ parameters: [String: String], _ states: [String], hasDatabase: Bool = true
  ) -> ClientScript {
    var script = ClientScript()
    script.expectation = .refused(states)
    negotiate(&script)
    let all = parameters.merging(["user": "app", "client_encoding": "UTF8"]) { given, _ in given }
    script.steps += pieces(startup(all))
    script.steps += [.awaitEnd, .close]
    return script
  }

  private func garbage() -> ClientScript {
    var script = ClientScript()
    var bytes = world.random.bytes(world.random.size(in: 8...30_000))
    // Too long for a startup packet, whatever follows.
    bytes[0] |= 0x40
    script.expectation = .refused(["08P01"])
    script.steps = [.greet(bytes), .awaitEnd, .close]
    return script
  }

  /// Says nothing, or stops in the middle, until the login times out.
  private func silence() -> ClientScript {
    var script = ClientScript()
    script.expectation = .dropped
    if world.random.chance(500) { script.steps.append(.greet([0, 0, 0, 40, 0, 3])) }
    script.steps +=
      world.random.chance(500)
      ? [.awaitEnd, .close] : [.pause(world.random.size(in: 1...50_000_000)), .close]
    return script
  }

  private func cancelRequest() -> ClientScript {
    var script = ClientScript()
    script.expectation = .dropped
    // What to cancel is looked up when the request is sent: the sessions are there only then.
    script.steps = [.pause(world.random.size(in: 1...20_000_000)), .greet([]), .awaitEnd, .close]
    return script
  }

  private func refusedHello() -> ClientScript {
    var script = ClientScript()
    script.speaksTLS = true
    script.expectation = .dropped
    let name = world.random.pick(["nobody.db.sim", "acme.elsewhere", "gone.db.sim"])
    script.steps = pieces(SimulatedHello.record(serverName: name, session: 0xFFFF_FFFF))
    script.steps += [.awaitEnd, .close]
    return script
  }
}
