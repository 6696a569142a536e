import Routing
import Wire

/// One connection at a simulated server that the router shares out: a session, or a cancel request.
final class SharedBackend: ServerSession {
  private enum Phase { case greeting, serving, over }

  let number: Int
  let instance: SimulatedFleet.Instance
  let session = PostgresSession()
  private(set) var database = ""
  /// The client whose request it ran last.
  var owner: Int?
  /// The client whose transaction it is in.
  var transactionOwner: Int?

  private let fleet: SimulatedFleet
  private let world: SimulatedWorld
  private let ledger: PoolLedger
  private let socket: SimulatedSocket
  private var phase = Phase.greeting
  private var greeting: [UInt8] = []
  private var inbox = MessageQueue()
  /// The message that is being worked on.
  private var current: MessageQueue.Message?
  private var outbox = ByteQueue()
  /// Said, and kept until there is a reason to send it.
  private var pending: [UInt8] = []
  private var isFinishing = false
  private(set) var cancelKey: (processID: Int32, key: [UInt8])?
  private let isSlow: Bool
  private var isProbe = false

  /// Said bytes that are not kept back any longer.
  private static let outputBytes = 8192

  init(ledger: PoolLedger, instance: SimulatedFleet.Instance, socket: SimulatedSocket) {
    self.ledger = ledger
    fleet = ledger.fleet
    world = fleet.world
    self.instance = instance
    self.socket = socket
    number = ledger.nextConnection()
    isSlow = world.random.chance(world.plan.slowReaders)
    session.flaw = ledger.flaw
    if fleet.replication != nil { session.host = WeakHost(self) }
    session.willRun = { [unowned self] in self.ledger.willRun($0, on: self) }
    socket.watcher = { [unowned self] in step() }
  }

  var isOver: Bool { phase == .over }
  var canBeCancelled: Bool { phase == .serving }

  // MARK: Reading

  private func step() {
    withExtendedLifetime(self) {
      while phase != .over, current == nil, !socket.arrived.isEmpty {
        let bytes = socket.read(atMost: isSlow ? world.random.size(in: 1...4096) : 64 << 10)
        if phase == .greeting { greet(bytes) } else { inbox.append(bytes) }
        work()
        if inbox.isMalformed {
          return world.violate(
            "connection \(number) got a message of a length that none can have: \(inbox.beginning)")
        }
      }
      work()
      if phase != .over, socket.hasEnded, current == nil { clientIsGone() }
      flush()
    }
  }

  private func clientIsGone() {
    if socket.wasReset { return end() }
    isFinishing = true
  }

  private func greet(_ bytes: [UInt8]) {
    greeting += bytes
    guard let decoded = try? InitialPacket.decode(greeting.span.bytes) else { return }
    let packet = Array(greeting[0..<decoded.byteCount])
    switch decoded.packet {
    case .startup(let message): start(message, packet)
    case .cancelRequest(let request): cancel(request.processID, Array(packet[request.key]))
    case .sslRequest, .gssEncryptionRequest:
      world.violate("a server was asked for encryption by the router itself")
    }
    inbox.append(Array(greeting[decoded.byteCount...]))
  }

  private func start(_ message: StartupMessage, _ packet: [UInt8]) {
    var values: [String: String] = [:]
    for parameter in message.parameters {
      values[String(decoding: packet[parameter.name], as: UTF8.self)] = String(
        decoding: packet[parameter.value], as: UTF8.self)
    }
    database = values["database"] ?? ""
    if values["user"] == SimulatedProbe.user { return welcomeProbe() }
    if values["user"] != "app" { world.violate("a server got the user \(values["user"] ?? "–")") }
    if values["options"]?.contains("shardway.") == true {
      world.violate("the server got the options \(values["options"]!)")
    }
    phase = .serving
    guard !world.random.chance(world.plan.connectFails / 4) else { return refuse() }
    let key = (Int32(truncatingIfNeeded: world.random.next() >> 33), world.random.bytes(4))
    cancelKey = key
    pending += AuthenticationRequest.encodedOK()
    for name in SessionState.reported {
      pending += ParameterStatus.encoded(name: name, value: session.state.settings[name]!)
    }
    pending += BackendKeyData.encoded(processID: key.0, key: key.1.span.bytes)
    pending += ReadyForQuery(status: .idle).encoded()
    sendPending()
    world.note("connection \(number) at \(instance.id) is in \(database)", UInt64(number))
    if world.random.chance(world.plan.resets) {
      world.after(world.random.size(in: 0...50_000_000)) { [weak self] in self?.die() }
    }
  }

  private func welcomeProbe() {
    isProbe = true
    phase = .serving
    pending += AuthenticationRequest.encodedOK() + ReadyForQuery(status: .idle).encoded()
    sendPending()
  }

  // MARK: Data

  var isReplica: Bool { fleet.replication?.isReplica(instance.id) ?? false }
  var position: UInt64 { fleet.replication?.position(of: instance.id) ?? 0 }
  func commits(_ tags: [RequestTag]) { ledger.committed(tags, on: self) }
  func reads(_ tag: RequestTag) { ledger.read(tag, on: self) }

  private func refuse() {
    pending += ErrorResponse(
      severity: .fatal, sqlState: .cannotConnectNow, message: "the database system is starting up"
    ).encoded()
    sendPending()
    isFinishing = true
  }

  // MARK: Cancelling

  private func cancel(_ processID: Int32, _ key: [UInt8]) {
    let target = instance.backends.first {
      $0.cancelKey?.processID == processID && $0.cancelKey?.key == key
    }
    world.note("connection \(number) at \(instance.id) cancels \(processID)", UInt64(number))
    (target as? SharedBackend)?.interrupt()
    isFinishing = true
  }

  /// A cancel request has come: what runs is interrupted. Nothing happens where nothing runs.
  private func interrupt() {
    guard let message = current else { return }
    let text = SimulatedText(message.body)
    guard message.type == FrontendMessageType.query, let statement = text.statements.first else {
      return
    }
    switch statement {
    case .sleep: if let tag = text.tag { ledger.cancelled(tag.client) }
    // The router's own: what the next client has set.
    case .set where text.tag == nil: break
    // The router's own, too. A client's own takes no time, and its client counts on it.
    case .discardAll where text.tag == nil: if let owner { ledger.cancelled(owner) }
    default:
      if let tag = text.tag { ledger.cancelled(tag.client) }
      return
    }
    session.isCancelled = true
    finish(message)
    step()
  }

  // MARK: Working

  private func work() {
    while phase == .serving, !isFinishing, current == nil, let message = inbox.next() {
      if message.type == FrontendMessageType.terminate {
        isFinishing = true
        return
      }
      let delay = delay(of: message)
      guard delay > 0 else {
        handle(message)
        continue
      }
      current = message
      world.after(delay) { [weak self] in
        guard let self, self.phase == .serving, self.current?.number == message.number else {
          return
        }
        self.finish(message)
        self.step()
      }
    }
  }

  private func delay(of message: MessageQueue.Message) -> Int {
    if message.type == FrontendMessageType.query,
      case .sleep(let nanoseconds)?? = SimulatedText(message.body).statements.first
    {
      return nanoseconds
    }
    return world.random.chance(100) ? world.random.size(in: 1...1_000_000) : 0
  }

  private func finish(_ message: MessageQueue.Message) {
    current = nil
    handle(message)
    session.isCancelled = false
  }

  private func handle(_ message: MessageQueue.Message) {
    world.note("connection \(number) works on \(message)", UInt64(number))
    if isProbe {
      let timeline = fleet.replication?.shard(of: instance.id).epoch ?? 1
      pending += SimulatedProbe.answer(
        isReplica: isReplica, position: fleet.replication?.told(by: instance.id) ?? 0,
        timeline: timeline)
      return sendPending()
    }
    session.receive(message.type, message.body)
    if session.isOver { isFinishing = true }
    let said = session.takeSaid()
    for message in said { pending += message }
    let isToBeSent = said.contains {
      $0[0] == BackendMessageType.readyForQuery || $0[0] == BackendMessageType.copyInResponse
        // Errors are sent at once.
        || $0[0] == BackendMessageType.errorResponse
    }
    if said.contains(where: { $0[0] == BackendMessageType.readyForQuery }), session.status == .idle,
      session.copying == nil
    {
      notify()
    }
    if isToBeSent || message.type == FrontendMessageType.flush
      || pending.count > Self.outputBytes || world.random.chance(100)
    {
      sendPending()
    }
  }

  /// Tells what is listened to, now and then.
  private func notify() {
    for channel in session.state.channels.sorted() where world.random.chance(200) {
      pending += MessageEncoder.encode(
        type: BackendMessageType.notificationResponse,
        body: [0, 0, 0, 1] + Array(channel.utf8) + [0, 0])
    }
  }

  // MARK: Writing and ending

  private func sendPending() {
    outbox.append(pending)
    pending = []
  }

  private func flush() {
    while phase != .over, !outbox.isEmpty {
      let taken = outbox.withBytes { socket.send($0) }
      guard taken > 0 else {
        if taken < 0 { end() }
        return
      }
      outbox.removeFirst(taken)
    }
    if phase != .over, isFinishing, outbox.isEmpty { end() }
  }

  private func end() {
    phase = .over
    socket.close()
  }

  /// The server is killed, or the network cuts the connection. One that is stopped says so before it ends.
  func die() {
    guard phase != .over else { return }
    world.note("connection \(number) at \(instance.id) dies", UInt64(number))
    if phase == .serving, !isFinishing, current == nil, world.random.chance(300) {
      pending += ErrorResponse(
        severity: .fatal, sqlState: .adminShutdown,
        message: "terminating connection due to administrator command"
      ).encoded()
      sendPending()
      isFinishing = true
      return flush()
    }
    phase = .over
    socket.reset()
  }
}

/// A session's way to its server, which has it.
private final class WeakHost: SessionHost {
  private unowned let host: SharedBackend

  init(_ host: SharedBackend) { self.host = host }

  var isReplica: Bool { host.isReplica }
  var position: UInt64 { host.position }
  func commits(_ tags: [RequestTag]) { host.commits(tags) }
  func reads(_ tag: RequestTag) { host.reads(tag) }
}
