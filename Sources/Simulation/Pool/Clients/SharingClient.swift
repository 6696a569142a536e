import Routing
import ShardMap
import Wire

/// A client of a pooled listener: it does what comes to its mind, and knows what must come back, since it has a session of its own beside it.
final class SharingClient: Participant {
  /// One step of what it has decided to do.
  enum Step {
    case say([UInt8], RequestTag?)
    /// The same, and how it ends is only known when the answer comes: it may be cancelled.
    case sayCancellable([UInt8], RequestTag)
    /// Waits until all has been answered.
    case await
    /// Gives its transaction, which has only begun, a tier.
    case choose(Consistency)
    /// Has its next transactions served by another tier.
    case changeTier(Consistency)
    /// Writes something, if its tier has that done by a primary.
    case write
    /// Reads what is visible.
    case read
    /// Is given another client's position.
    case takeFloor(String, UInt64)
    /// Asks for a position that others can be given.
    case askFloor
    case pause(Int)
    case cancel
    case close
    case reset
    /// Sends FIN and goes on reading.
    case finish
    case awaitEnd
  }

  enum Phase { case beginning, welcomed, leaving }

  let number: Int
  let world: SimulatedWorld
  let plan: PoolPlan
  let truth: SharingTruth
  let ledger: PoolLedger
  /// What a session of its own would be like.
  let session: PostgresSession
  /// The settings it sets out with.
  let ownSettings: [String: String]

  var steps: [Step] = []
  var actionsLeft: Int
  var transaction = 0
  /// Whether it has tried to copy something to a server.
  var hasCopied = false
  /// Tags given so far.
  var tagCount = 0
  /// Whether it may have its server for itself.
  var isPinned = false
  /// The oldest map by which what it says next may be routed.
  var oldestMap = 1
  private(set) var phase = Phase.beginning
  private(set) var isDone = false

  private let startup: [UInt8]
  private let listener: SimulatedListener
  private let readsSlowly: Bool
  private var socket: SimulatedSocket?
  private var outbox = ByteQueue()
  private var inbox = MessageQueue()
  private var expected: [[UInt8]] = []
  private var arrived = 0
  private var undecided: [UInt8]?
  /// The tier that it has just asked for.
  private var chosen: Consistency?
  /// Whether the answer that is awaited tells a position.
  private var awaitsFloor = false
  /// When it had last heard of everything.
  private var quietAt: UInt64 = 0
  private var cancelKey: (processID: Int32, key: [UInt8])?
  private var isPausing = false
  private var isReadingPaused = false
  private var farewell: String?
  private var reports: [String: String] = [:]

  init(number: Int, ledger: PoolLedger, plan: PoolPlan, listener: SimulatedListener) {
    self.number = number
    self.ledger = ledger
    self.plan = plan
    self.listener = listener
    world = ledger.fleet.world
    let start = PoolStart(world: world, plan: plan)
    (startup, ownSettings) = (start.packet, start.settings)
    truth = ledger.newTruth(start)
    session = PostgresSession(settings: start.settings, routerTenant: start.tenant)
    readsSlowly = world.random.chance(world.plan.slowReaders)
    actionsLeft = world.random.number(in: plan.actions)
  }

  /// Connects.
  func begin() {
    let (near, far) = SimulatedSocket.pair(world, "client \(number)", "router")
    socket = near
    near.watcher = { [unowned self] in step() }
    world.note("client \(number) of \(truth.tenant) connects", UInt64(number))
    world.after(world.delay()) { [listener] in listener.arrive(far) }
    outbox.append(startup)
    step()
  }

  // MARK: Going on

  private func step() {
    guard !isDone, let socket else { return }
    read(socket)
    flush(socket)
    while !isDone, !isPausing, farewell == nil, phase != .beginning {
      if steps.isEmpty {
        guard phase == .welcomed, expected.count - arrived < Self.mostExpected else { break }
        decide()
      }
      guard take(steps[0], socket) else { break }
      if !isDone { steps.removeFirst() }
      flush(socket)
    }
    if !isDone, socket.hasEnded { ended(socket) }
  }

  /// Messages that may be awaited before it goes on.
  private static let mostExpected = 500

  private func take(_ step: Step, _ socket: SimulatedSocket) -> Bool {
    switch step {
    case .say(let message, let tag):
      note(tag)
      world.note("client \(number) says \(text(message[0], Array(message[5...])))")
      outbox.append(message)
      session.receive(message[0], Array(message[5...]))
      expected += session.takeSaid()
      noteTransaction()
    case .sayCancellable(let message, let tag):
      guard isQuiet else { return false }
      note(tag)
      world.note("client \(number) says \(text(message[0], Array(message[5...])))")
      outbox.append(message)
      undecided = message
    case .await: return isQuiet && outbox.isEmpty
    case .choose(let tier):
      guard isQuiet else { return false }
      choose(tier)
    case .changeTier(let tier):
      guard isQuiet else { return false }
      // Only between two transactions is it known whose it is.
      guard isBetween else { return true }
      takeTier(tier)
    case .write: if truth.tier == .strong || !isBetween { sayNow("INSERT INTO t") }
    case .read: sayNow("SELECT everything")
    case .takeFloor(let text, let position):
      guard isQuiet else { return false }
      sayNow("SET shardway.floor TO '\(text)'")
      ledger.given(truth, position)
    case .askFloor:
      guard isQuiet else { return false }
      guard isBetween else { return true }
      outbox.append(PoolRequests.query("SHOW shardway.floor"))
      awaitsFloor = true
    case .pause(let nanoseconds): pause(nanoseconds)
    case .cancel: sendCancel()
    case .finish:
      guard outbox.isEmpty else { return false }
      phase = .leaving
      socket.finish()
    case .awaitEnd:
      phase = .leaving
      return false
    case .close, .reset:
      world.note("client \(number) leaves", UInt64(number))
      if case .close = step { socket.close() } else { socket.reset() }
      isDone = true
    }
    return true
  }

  /// Whether nothing is awaited.
  private var isQuiet: Bool { arrived == expected.count && undecided == nil && !awaitsFloor }

  /// Whether it has no transaction, no server, and nothing on its way.
  var isBetween: Bool { isQuiet && outbox.isEmpty && session.isBetweenTransactions && !isPinned }

  /// Remembers a request as it is made.
  private func note(_ tag: RequestTag?) {
    if isBetween {
      oldestMap = ledger.mapTaken()
      quietAt = world.now
      ledger.hasHeard(truth)
    }
    guard let tag else { return }
    truth.requests.append(
      SharingTruth.Request(
        transaction: transaction, state: session.state, oldestMap: oldestMap, tier: truth.tier,
        quietAt: quietAt))
    ledger.asked(tag)
  }

  private func takeTier(_ tier: Consistency) {
    let tag = RequestTag(client: truth.id, request: tagCount)
    tagCount += 1
    note(tag)
    let text = "SET shardway.consistency TO '\(tier.name)'" + tag.comment
    let message = PoolRequests.query(text)
    outbox.append(message)
    session.receive(message[0], Array(message[5...]))
    expected += session.takeSaid()
    noteTransaction()
    truth.tier = tier
  }

  private func noteTransaction() {
    if session.status == .idle { transaction += 1 }
  }

  private func choose(_ tier: Consistency) {
    chosen = tier
    let message = PoolRequests.query("SET LOCAL shardway.consistency TO '\(tier.name)'")
    outbox.append(message)
    undecided = message
  }

  private func pause(_ nanoseconds: Int) {
    isPausing = true
    world.after(nanoseconds) { [self] in
      isPausing = false
      step()
    }
  }

  private func flush(_ socket: SimulatedSocket) {
    while !outbox.isEmpty {
      let taken = outbox.withBytes { socket.send($0) }
      guard taken > 0 else { return }
      outbox.removeFirst(taken)
    }
  }

  private func sendCancel() {
    guard let cancelKey else { return }
    truth.cancelsSent += 1
    let request = CancelRequest.encoded(
      processID: cancelKey.processID, key: cancelKey.key.span.bytes)
    let (near, far) = SimulatedSocket.pair(world, "cancel \(number)", "router")
    near.watcher = { [unowned near] in if near.hasEnded { near.close() } }
    world.after(world.delay()) { [listener] in listener.arrive(far) }
    _ = request.withUnsafeBytes { near.send($0) }
  }

  // MARK: Reading

  private func read(_ socket: SimulatedSocket) {
    while !isReadingPaused, !isDone, !socket.arrived.isEmpty {
      inbox.append(
        socket.read(atMost: readsSlowly ? world.random.size(in: 1...32 << 10) : 64 << 10))
      while let message = inbox.next() { hear(message) }
      guard readsSlowly else { continue }
      isReadingPaused = true
      world.after(world.random.size(in: 1_000...2_000_000)) { [self] in
        isReadingPaused = false
        step()
      }
    }
  }

  private func hear(_ message: MessageQueue.Message) {
    world.note("client \(number) hears \(name(message))", UInt64(number), UInt64(message.type))
    guard farewell == nil else {
      return world.violate("client \(number) was told more after it was told goodbye")
    }
    if let error = fatal(message) {
      farewell = "\(error.sqlState)"
      world.note("client \(number) is told \(error)", UInt64(number))
    } else if phase == .beginning {
      beginning(message)
    } else {
      answered(message)
    }
  }

  private func fatal(_ message: MessageQueue.Message) -> ErrorResponse? {
    guard message.type == BackendMessageType.errorResponse else { return nil }
    let error = try? ErrorResponse.decode(message.body.span.bytes)
    return error?.severity == .fatal ? error : nil
  }

  /// The router's greeting: every setting must be what the client asked for.
  private func beginning(_ message: MessageQueue.Message) {
    var words = BodyWords(message.body)
    switch message.type {
    case BackendMessageType.parameterStatus: reports[words.string()] = words.string()
    case BackendMessageType.backendKeyData:
      cancelKey = (
        Int32(truncatingIfNeeded: words.number(4)), Array(words.take(message.body.count - 4))
      )
    case BackendMessageType.readyForQuery:
      phase = .welcomed
      for name in SessionState.reported where reports[name] != session.state.settings[name] {
        world.violate("client \(number) was told that \(name) is \(reports[name] ?? "–")")
      }
    case BackendMessageType.authentication: break
    default: world.violate("client \(number) was greeted with \(message.type)")
    }
  }

  private func answered(_ message: MessageQueue.Message) {
    if message.type == BackendMessageType.notificationResponse { return notified(message) }
    if awaitsFloor { return heardOfFloor(message) }
    decideOutcome(message)
    guard arrived < expected.count else {
      return world.violate("client \(number) got \(name(message)), and had asked for nothing")
    }
    let right = expected[arrived]
    guard right[0] == message.type, right[5...].elementsEqual(message.body) else {
      return world.violate(
        "client \(number) got \(name(message)) instead of \(text(right[0], Array(right[5...])))")
    }
    expected[arrived] = []
    arrived += 1
    if message.type == BackendMessageType.dataRow { rowArrived(message.body) }
    if arrived == expected.count {
      expected = []
      arrived = 0
    }
  }

  private func heardOfFloor(_ message: MessageQueue.Message) {
    switch message.type {
    case BackendMessageType.dataRow:
      var words = BodyWords(message.body)
      _ = words.number(2)
      let length = words.number(4)
      guard length < 1 << 31 else { return }
      let text = String(decoding: words.take(length), as: UTF8.self)
      if SimulatedProbe.position(text) == nil {
        world.violate("client \(number) was told the floor \(text)")
      }
      ledger.floors[truth.tenant, default: []].append(text)
    case BackendMessageType.readyForQuery:
      awaitsFloor = false
      transaction += 1
    default: return
    }
  }

  /// The first of an answer says whether the statement was cancelled.
  private func decideOutcome(_ message: MessageQueue.Message) {
    guard var request = undecided else { return }
    undecided = nil
    let error =
      message.type == BackendMessageType.errorResponse
      ? try? ErrorResponse.decode(message.body.span.bytes) : nil
    // A server describes the rows before it begins to sleep: the error comes behind that.
    session.isCancelled = error?.sqlState == .queryCanceled
    if error?.sqlState == Self.tooLate {
      // What is left of long COPY data that a server ignores had it borrowed before.
      if !hasCopied {
        world.violate("client \(number) asked for a tier behind BEGIN, and was too late")
      }
      request = PoolRequests.query("DO ERRCODE = '25001'")
    } else if let chosen {
      truth.tiers[transaction] = chosen
    }
    session.receive(request[0], Array(request[5...]))
    session.isCancelled = false
    chosen = nil
    expected += session.takeSaid()
    noteTransaction()
  }

  /// What is said to a tier that is chosen when the transaction has begun at a server.
  private static let tooLate = SQLState("25001")

  private func rowArrived(_ body: [UInt8]) {
    var words = BodyWords(body)
    _ = words.number(2)
    let first = String(decoding: words.take(words.number(4)), as: UTF8.self)
    guard let tag = RequestTag(first) else { return }
    if tag.client != truth.id { world.violate("client \(number) got a row of \(tag)") }
    ledger.arrived(tag)
  }

  private func notified(_ message: MessageQueue.Message) {
    var words = BodyWords(message.body)
    _ = words.number(4)
    let channel = words.string()
    if channel != "news\(truth.id)" {
      world.violate("client \(number) was notified of \(channel)")
    }
  }

  private func name(_ message: MessageQueue.Message) -> String { text(message.type, message.body) }

  private func text(_ type: UInt8, _ body: [UInt8]) -> String {
    let shown = body.prefix(100).map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: ".") }
    return "\(UnicodeScalar(type)) “\(String(decoding: shown, as: UTF8.self))”"
  }

  // MARK: The end

  private func ended(_ socket: SimulatedSocket) {
    isDone = true
    socket.close()
    world.note(
      "client \(number) ended: \(farewell ?? "no message"), \(expected.count - arrived) missing",
      UInt64(number))
    if phase == .leaving, isQuiet, inbox.isEmpty, farewell == nil { return }
    if ledger.fleet.excuses.allowPooled(farewell, plan, wasReset: socket.wasReset) { return }
    world.violate(
      "client \(number) was ended with \(farewell ?? "no message") for no reason, \(expected.count - arrived) messages missing"
    )
  }
}
