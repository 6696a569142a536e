import Wire

/// A client of one tenant, which behaves as its plan says until it is told to leave.
final class TenantClient {
  private let world: SimulatedWorld
  private let ledger: TenantLedger
  private let plan: TenantPlan.Client
  private let listener: SimulatedListener
  private var socket: SimulatedSocket?
  private var messages = TenantMessages()
  private var isIn = false
  private var isLeaving = false
  /// When each request was sent that is not answered, oldest first.
  private var asked: [UInt64] = []
  private var lastAnswer: UInt64 = 0
  /// The number of pieces when its last answer had come.
  private var piecesOfLastAnswer = 0
  /// Statements of its transaction that it has not asked for.
  private var statements: [[UInt8]] = []
  /// Whether something was refused of what it asked for last.
  private var wasRefused = false
  /// Times it was told why it is refused, in a session that went on.
  private(set) var errors = 0

  /// Transactions that a flood asks for at once.
  private static let flood = 10
  /// From one connection of a storm to the next at most, and from a refusal to the next question, in nanoseconds.
  private static let breath = 2_000_000
  /// Bytes of an answer that nobody reads.
  private static let unread = 1 << 20

  /// By this name a server knows a client that has it for itself.
  static let keeper = "keeper"

  init(
    _ world: SimulatedWorld, _ ledger: TenantLedger, _ plan: TenantPlan.Client,
    at listener: SimulatedListener
  ) {
    (self.world, self.ledger, self.plan, self.listener) = (world, ledger, plan, listener)
  }

  // MARK: Coming and going

  func connect() {
    guard !isLeaving else { return }
    messages = TenantMessages()
    asked = []
    piecesOfLastAnswer = 0
    let (near, far) = SimulatedSocket.pair(world, "t\(plan.tenant)", "router")
    socket = near
    near.watcher = { [unowned self] in step() }
    listener.arrive(far)
    let name = plan.keepsServer ? "application_name\0\(Self.keeper)\0" : ""
    let parameters = Array("user\0app\0database\0t\(plan.tenant)\0\(name)\0".utf8)
    send([0, 0, 0, UInt8(8 + parameters.count), 0, 3, 0, 0] + parameters)
  }

  /// Asks no more, and leaves as soon as it has its answers.
  func leave() {
    isLeaving = true
    if asked.isEmpty || plan.behaviour == .neverReads { disconnect() }
  }

  private func disconnect() {
    if isIn { ledger.leaves(plan.tenant) }
    isIn = false
    socket?.close()
    socket = nil
  }

  private func comeAgain(after nanoseconds: Int) {
    disconnect()
    world.after(nanoseconds) { [weak self] in self?.connect() }
  }

  private func stormOn() { comeAgain(after: world.random.number(in: 1...Self.breath)) }

  /// Whether it has left, and won't come again.
  var isGone: Bool { isLeaving && socket == nil }

  private func send(_ bytes: [UInt8]) {
    guard let socket else { return }
    let sent = bytes.withUnsafeBytes { socket.send($0) }
    if sent >= 0, sent < bytes.count { world.violate("a client's request doesn't fit its socket") }
  }

  // MARK: Reading

  private func step() {
    guard let socket else { return }
    if plan.behaviour == .neverReads, isIn { return }
    while !socket.arrived.isEmpty { messages.append(socket.read(atMost: 1 << 16)) }
    while self.socket === socket, let (type, body) = messages.next() { take(type, body) }
    if self.socket === socket, socket.hasEnded { comeAgain(after: 10_000_000) }
  }

  private func take(_ type: UInt8, _ body: [UInt8]) {
    switch type {
    case BackendMessageType.errorResponse: refused(body)
    case BackendMessageType.readyForQuery: ready(body.first ?? 0)
    default: return
    }
  }

  private func refused(_ body: [UInt8]) {
    guard let error = try? ErrorResponse.decode(body.span.bytes) else {
      return world.violate("a client got an error that can't be read")
    }
    ledger.refused(plan.tenant, error.sqlState.description)
    if error.severity == .error { errors += 1 }
    statements = []
    wasRefused = true
    if plan.behaviour == .storms, !isIn { stormOn() }
  }

  private func ready(_ status: UInt8) {
    guard isIn else {
      isIn = true
      ledger.letIn(plan.tenant)
      return begin()
    }
    guard let first = asked.first else {
      return world.violate("a client of tenant t\(plan.tenant) got an answer too many")
    }
    asked.removeFirst()
    ledger.answered(
      plan.tenant, since: max(first, lastAnswer), pieces: pieces - piecesOfLastAnswer)
    lastAnswer = world.now
    piecesOfLastAnswer = pieces
    goOn(status)
  }

  /// Pieces in which the router has read what it was asked, and has sent its answers.
  private var pieces: Int {
    guard let socket else { return 0 }
    return socket.piecesArrived + (socket.peer?.piecesRead ?? 0)
  }

  // MARK: Asking

  private func begin() {
    if isLeaving { return disconnect() }
    switch plan.behaviour {
    case .storms: stormOn()
    case .asks, .floods: ask()
    case .neverReads: ask(PoolRequests.query("SELECT \(Self.unread)"))
    }
  }

  private func goOn(_ status: UInt8) {
    guard asked.isEmpty else { return }
    if !statements.isEmpty { return ask(statements.removeFirst()) }
    if status != TransactionStatus.idle.rawValue { return ask(PoolRequests.query("ROLLBACK")) }
    if isLeaving { return disconnect() }
    let nanoseconds = pause
    guard nanoseconds > 0 else { return ask() }
    world.after(world.random.number(in: 1...nanoseconds)) { [weak self] in
      guard let self, self.isIn, self.asked.isEmpty, !self.isLeaving else { return }
      self.ask()
    }
  }

  /// How long it rests at most before it asks again, in nanoseconds. One that is refused at once would otherwise do nothing but ask.
  private var pause: Int {
    defer { wasRefused = false }
    let thinking = if case .asks(let nanoseconds) = plan.behaviour { nanoseconds } else { 0 }
    return wasRefused ? max(thinking, Self.breath) : thinking
  }

  private func ask(_ message: [UInt8]) {
    asked.append(world.now)
    send(message)
  }

  private func ask() {
    guard plan.behaviour != .floods else {
      for _ in 0..<Self.flood { ask(oneTransaction()) }
      return
    }
    guard world.random.chance(300) else { return ask(oneTransaction()) }
    statements = [PoolRequests.query("SELECT 100"), PoolRequests.query("COMMIT")]
    ask(PoolRequests.query("BEGIN"))
  }

  private func oneTransaction() -> [UInt8] {
    guard world.random.chance(300) else {
      return PoolRequests.query("SELECT \(world.random.size(in: 0...2000))")
    }
    return PoolRequests.parse("", "SELECT 1") + PoolRequests.bind("", "", [])
      + PoolRequests.execute("") + PoolRequests.sync
  }
}
