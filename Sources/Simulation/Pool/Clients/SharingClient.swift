import Routing
import ShardMap
import Wire

/// A client of a pooled listener: it does what comes to its mind, and knows what must come back, since it has a session of its own beside it.
final class SharingClient: Participant {
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
  /// Whether it has said what no server takes: what comes of that is not foreseen.
  var hasBrokenProtocol = false
  /// Whether it has tried to copy something to a server.
  var hasCopied = false
  /// Tags given so far.
  var tagCount = 0
  /// Whether it may have its server for itself.
  var isPinned = false
  /// The oldest map by which what it says next may be routed.
  var oldestMap = 1
  var phase = Phase.beginning
  /// Whether the last that it heard says that it is in no transaction.
  var hadWholeAnswer = false
  var isDone = false

  let startup: [UInt8]
  let listener: SimulatedListener
  let readsSlowly: Bool
  var socket: SimulatedSocket?
  var outbox = ByteQueue()
  var inbox = MessageQueue()
  var expected: [[UInt8]] = []
  var arrived = 0
  var undecided: [UInt8]?
  /// The tier that it has just asked for.
  var chosen: Consistency?
  /// Whether the answer that is awaited tells a position.
  var awaitsFloor = false
  /// When it had last heard of everything.
  var quietAt: UInt64 = 0
  var cancelKey: (processID: Int32, key: [UInt8])?
  var isPausing = false
  var isReadingPaused = false
  var farewell: String?
  var reports: [String: String] = [:]

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

  func step() {
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
    case .write: if truth.tier == .strong || !isBetween { writeNow() }
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
    case .breakProtocol(let message):
      hasBrokenProtocol = true
      outbox.append(message)
    case .close, .reset:
      world.note("client \(number) leaves", UInt64(number))
      if case .close = step { socket.close() } else { socket.reset() }
      isDone = true
    }
    return true
  }

  /// Whether nothing is awaited.
  var isQuiet: Bool { arrived == expected.count && undecided == nil && !awaitsFloor }

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

  func noteTransaction() {
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
}
