import AdminConsole
import Authentication
import Routing
import ShardMap
import Telemetry
import Wire

/// The admin console of a router: a few connections, and questions to the workers.
///
/// It runs all ``AdminSession``s on one ``Kernel``, as a ``Prober`` runs its machines: a thread of its own on the live one. Nobody of the data plane
/// waits for it, so it is plain code.
///
/// The order of a turn: ask the kernel for what the connections want (`AdminServer+Reconcile`), submit and wait, take all completions, go on with jobs
/// that workers have answered or whose time has come (`AdminServer+Jobs`), look whether to stop.
struct AdminServer<K: Kernel & ~Copyable>: ~Copyable {
  /// The world.
  var kernel: K
  let context: AdminContext
  var listener: AdminListener
  var lines: [AdminLine] = (0..<AdminLimits.connections).map { _ in AdminLine() }
  /// Lines whose state asks for something of the kernel.
  var listed: [Int] = []
  /// What runs, by line.
  var jobs: [Int: AdminJob] = [:]
  /// What is paused, with who has ordered it.
  var pauses: [(scope: AdminScope, user: String)] = []
  var lastQuestion: UInt64 = 0

  private var throttle = LoginThrottle()
  private let seed: UInt64
  private let mockSecret = Nonces.bytes(32)
  private var lastProcess: Int32 = 0
  private var doorbellSeen: UInt32
  private var isDoorbellAwaited = false
  private(set) var isStopping = false

  /// Makes a console that listens on a socket. `kernel` must belong to the thread that turns it.
  init(kernel: consuming K, context: AdminContext, listener descriptor: Int32, seed: UInt64) {
    self.context = context
    self.seed = seed
    listener = AdminListener(descriptor: descriptor)
    doorbellSeen = Doorbell.unrung
    self.kernel = kernel
  }

  /// Whether the console has stopped and holds nothing any more.
  var isFinished: Bool {
    isStopping && listener.state == .closed && !isDoorbellAwaited
      && lines.allSatisfy { $0.phase == .free }
  }

  /// One turn. It returns after at least one completion, a deadline, or a ring of the doorbell.
  mutating func turn() {
    reconcile()
    guard !isFinished else { return }
    submitAndWait()
    takeCompletions()
    expire()
    lookAtDoorbell()
    goOnWithJobs()
  }

  private mutating func submitAndWait() {
    awaitDoorbell()
    guard listed.isEmpty, !jobs.values.contains(where: { $0.isReady }) else {
      return kernel.submitAndWait(until: kernel.now)
    }
    var limit = lines.compactMap(\.deadline).min()
    for wake in jobs.values.map(\.wake) { limit = min(limit ?? wake, wake) }
    if let resumesAt = listener.resumesAt { limit = min(limit ?? resumesAt, resumesAt) }
    if !isDoorbellAwaited {
      let look = kernel.now.advanced(by: WorkerLimits.doorbellLook)
      limit = min(limit ?? look, look)
    }
    kernel.submitAndWait(until: limit)
  }

  // MARK: Connections

  /// A client has connected.
  mutating func begin(client socket: Int32) {
    guard let line = lines.firstIndex(where: { $0.phase == .free }) else {
      return kernel.close(socket)
    }
    lastProcess = lastProcess == .max ? 1 : lastProcess + 1
    lines[line].phase = .open
    lines[line].socket = socket
    lines[line].peer = kernel.peer(of: socket)
    lines[line].deadline = kernel.now.advanced(by: AdminLimits.login)
    lines[line].session = AdminSession(
      context.catalog, context.access,
      AdminSession.Identity(
        processID: lastProcess, key: Nonces.bytes(4), nonce: Nonces.bytes(18),
        mockSecret: mockSecret))
    list(line)
    cutOldestLogin()
    // The last place is for telling that there is none.
    if lines.count(where: { $0.phase != .free }) == AdminLimits.connections {
      end(
        line,
        ErrorResponse(
          sqlState: .tooManyConnections, message: "too many connections to the admin console",
          hint: "Close one, or try again in a little while."))
    }
  }

  /// Makes room for logins, where too many are under way.
  private mutating func cutOldestLogin() {
    let logins = lines.indices.filter {
      lines[$0].phase == .open && lines[$0].session?.isLoggingIn == true
    }
    guard logins.count > AdminLimits.loggingIn,
      let oldest = logins.min(by: {
        lines[$0].deadline ?? kernel.now < lines[$1].deadline ?? kernel.now
      })
    else { return }
    cut(oldest)
  }

  /// Bytes have come from a client.
  mutating func take(_ bytes: RawSpan, _ line: Int) {
    guard lines[line].phase == .open, var session = lines[line].session else { return }
    let wait = session.isLoggingIn ? throttled(line) : nil
    let actions = session.receive(bytes, throttledFor: wait)
    lines[line].session = session
    perform(actions, line)
  }

  /// Does what a session wants.
  mutating func perform(_ actions: [AdminAction], _ line: Int) {
    for action in actions {
      switch action {
      case .send(let bytes): lines[line].put(bytes)
      case .run(let statement, let user): begin(statement, user, line)
      case .cancel(let processID, let key): cancel(processID, key)
      case .loggedIn(let user):
        lines[line].user = user
        lines[line].deadline = nil
        noteRightPassword(line)
        tell(.loggedIn, line)
      case .rejected(let user, let isGuess):
        lines[line].user = user
        if isGuess { noteGuess(line) }
        tell(.rejected(isGuess: isGuess), line)
      case .close: drain(line)
      }
    }
    if lines[line].waitingBytes > AdminLimits.outputBytes { cut(line) }
    list(line)
  }

  /// Ends a connection with an error.
  mutating func end(_ line: Int, _ error: ErrorResponse) {
    guard lines[line].phase == .open, var session = lines[line].session else { return }
    let actions = session.end(error)
    lines[line].session = session
    perform(actions, line)
  }

  private mutating func drain(_ line: Int) {
    guard lines[line].phase == .open else { return }
    forget(line)
    lines[line].phase = .draining
    lines[line].deadline = kernel.now.advanced(by: SessionTimeouts.linger)
  }

  /// A connection is gone, or is not waited for any longer.
  mutating func cut(_ line: Int) {
    guard lines[line].phase == .open || lines[line].phase == .draining else { return }
    forget(line)
    lines[line].phase = .closing
    list(line)
  }

  private mutating func expire() {
    for line in lines.indices {
      guard let deadline = lines[line].deadline, deadline <= kernel.now else { continue }
      lines[line].deadline = nil
      cut(line)
    }
    if let resumesAt = listener.resumesAt, resumesAt <= kernel.now { listener.resume() }
  }

  private mutating func cancel(_ processID: Int32, _ key: [UInt8]) {
    for line in lines.indices where lines[line].phase == .open {
      guard let identity = lines[line].session?.identity, identity.processID == processID,
        identity.key == key
      else { continue }
      cancelJob(line)
    }
  }

  // MARK: Guessing

  private func digest(_ line: Int) -> UInt64 {
    let peer = lines[line].peer
    return NameDigest.mix([peer?.high ?? 0, peer?.low ?? 0], seed: seed)
  }

  /// How long a client has to wait before it may try a password; nil when it may.
  private func throttled(_ line: Int) -> Duration? {
    let verdict = throttle.verdict(
      address: digest(line), tenant: seed, nowNanoseconds: kernel.now.nanoseconds)
    guard case .refused(let wait) = verdict else { return nil }
    return .nanoseconds(Int64(clamping: wait))
  }

  private mutating func noteGuess(_ line: Int) {
    throttle.recordFailure(
      address: digest(line), tenant: seed, nowNanoseconds: kernel.now.nanoseconds)
  }

  private mutating func noteRightPassword(_ line: Int) {
    throttle.recordSuccess(address: digest(line), tenant: seed)
  }

  // MARK: Other threads

  func tell(_ kind: AdminEvent.Kind, _ line: Int) {
    context.report.events.put(
      AdminEvent(
        kind: kind, user: lines[line].user, address: lines[line].peer.map { "\($0)" }))
  }

  private mutating func awaitDoorbell() {
    guard !isDoorbellAwaited, !isStopping else { return }
    isDoorbellAwaited = kernel.waitForDoorbell(
      context.inbox.doorbell, seen: doorbellSeen, token: AdminToken(.doorbell).rawValue)
  }

  mutating func doorbellRang() { isDoorbellAwaited = false }

  private mutating func lookAtDoorbell() {
    let count = context.inbox.doorbell.count
    guard count != doorbellSeen else { return }
    doorbellSeen = count
    for answer in context.inbox.takeAll() { take(answer) }
    if context.isToStop { beginStop() }
  }

  private mutating func beginStop() {
    guard !isStopping else { return }
    isStopping = true
    for line in lines.indices { end(line, Refusal.stopping.response) }
  }
}

/// The console's listening socket.
struct AdminListener {
  enum State { case idle, accepting, pausing, closing, closed }

  let descriptor: Int32
  var state = State.idle
  /// When it goes on after a shortage.
  var resumesAt: MonotonicTime?

  mutating func resume() {
    resumesAt = nil
    if state == .pausing { state = .idle }
  }
}
