import Routing
import Wire

/// One connection at a simulated PostgreSQL server: a session, or a cancel request.
///
/// It believes nothing: database, options and every byte behind the startup packet are compared with what the client sent.
final class SimulatedBackend: ServerSession {
  private enum Phase { case greeting, hello, serving, over }

  private let fleet: SimulatedFleet
  private let world: SimulatedWorld
  private let instance: SimulatedFleet.Instance
  private let socket: SimulatedSocket
  private var phase = Phase.greeting
  private var greeting: [UInt8] = []
  private var truth: SessionTruth?
  private var scanner = MessageScanner()
  private var messageType: UInt8 = 0
  private var messageHead: [UInt8] = []
  private var outbox = ByteQueue()
  private var isReady = false
  private var isFinishing = false
  /// Queries that came before the login was over.
  private var waitingQueries: [[UInt8]] = []
  private(set) var cancelKey: (processID: Int32, key: [UInt8])?
  private let readsSlowly: Bool
  private var isPausing = false

  init(fleet: SimulatedFleet, instance: SimulatedFleet.Instance, socket: SimulatedSocket) {
    self.fleet = fleet
    world = fleet.world
    self.instance = instance
    self.socket = socket
    readsSlowly = world.random.chance(world.plan.slowReaders)
    socket.watcher = { [unowned self] in step() }
  }

  var isOver: Bool { phase == .over }
  var canBeCancelled: Bool { phase == .serving && isReady && cancelKey != nil }

  // MARK: Reading

  private func step() {
    // The watcher is all that holds on to this object from outside.
    withExtendedLifetime(self) {
      while phase != .over, !isPausing, !socket.arrived.isEmpty {
        consume(socket.read(atMost: readsSlowly ? world.random.size(in: 1...4096) : 64 << 10))
        if readsSlowly { pause() }
      }
      if phase != .over, socket.hasEnded { clientIsGone() }
      flush()
    }
  }

  private func pause() {
    isPausing = true
    world.after(world.delay()) { [self] in
      isPausing = false
      step()
    }
  }

  private func consume(_ bytes: [UInt8]) {
    switch phase {
    case .greeting:
      greeting += bytes
      readGreeting()
    case .hello:
      greeting += bytes
      readHello()
    case .serving: serve(bytes[...])
    case .over: break
    }
  }

  private func clientIsGone() {
    if socket.wasReset { return end() }
    if let truth, !fleet.excuses.allowLostBytes(truth), truth.upstream.outstanding > 0 {
      world.violate(
        "the server of session \(truth.id) got the end of the stream with \(truth.upstream.outstanding) bytes missing"
      )
    }
    isFinishing = true
  }

  // MARK: Greeting

  private func readGreeting() {
    do {
      guard let decoded = try InitialPacket.decode(greeting.span.bytes) else { return }
      let packet = greeting[0..<decoded.byteCount]
      let rest = Array(greeting[decoded.byteCount...])
      switch decoded.packet {
      case .sslRequest:
        phase = .hello
        greeting = rest
        outbox.append([UInt8(ascii: "S")])
      case .gssEncryptionRequest:
        world.violate("a server was asked for GSS encryption")
      case .cancelRequest(let request): cancel(request, Array(packet), rest)
      case .startup(let message): start(message, Array(packet), rest)
      }
    } catch {
      // Encrypted from the first byte on: a listener that speaks TLS only.
      if greeting[0] == ClientHello.firstByte {
        phase = .hello
        readHello()
      } else {
        world.violate("a server got a startup packet that is malformed: \(error)")
      }
    }
  }

  private func cancel(_ request: CancelRequest, _ packet: [UInt8], _ rest: [UInt8]) {
    let key = Array(packet[request.key])
    if !rest.isEmpty { world.violate("a cancel request came with bytes behind it") }
    let isKnown = instance.backends.contains {
      $0.cancelKey?.processID == request.processID && $0.cancelKey?.key == key
    }
    // A session may have ended while its cancel request was on the way.
    if isKnown { fleet.cancelsDelivered += 1 }
    world.note("\(instance.id) cancels \(request.processID): \(isKnown)")
    isFinishing = true
  }

  private func start(_ message: StartupMessage, _ packet: [UInt8], _ rest: [UInt8]) {
    func value(_ name: String) -> String? {
      message.lookup(name, in: packet.span.bytes).map {
        String(decoding: packet[$0], as: UTF8.self)
      }
    }
    guard let id = value("application_name").flatMap({ Int($0) }), id < fleet.truths.count else {
      return world.violate("a server got a startup packet of nobody's")
    }
    let truth = fleet.truths[id]
    let database = value("database") ?? ""
    if database != SimulatedMaps.database(of: truth.tenant) {
      world.violate("session \(id) of \(truth.tenant) was given the database \(database)")
    }
    if value("user") != "app" {
      world.violate("session \(id) has the user \(value("user") ?? "–")")
    }
    let options = value("options") ?? ""
    if options.contains("shardway.") { world.violate("the server got the options \(options)") }
    if value("client_encoding") != "UTF8" { world.violate("session \(id) lost a parameter") }
    adopt(truth)
    logIn(message.protocolVersion)
    serve(rest[...])
  }

  private func readHello() {
    guard greeting.count >= 5 else { return }
    let length = 5 + Int(greeting[3]) << 8 + Int(greeting[4])
    guard greeting.count >= length else { return }
    // SimulatedHello puts the session's number where TLS has random bytes.
    let id = greeting[11..<15].reduce(0) { $0 << 8 | Int($1) }
    guard id < fleet.truths.count else {
      return world.violate("a server got a ClientHello of nobody's")
    }
    adopt(fleet.truths[id])
    isReady = true
    let hello = greeting[0..<length]
    let rest = greeting[length...]
    verify(hello)
    say(ReadyForQuery(status: .idle).encoded())
    serve(rest)
  }

  private func adopt(_ truth: SessionTruth) {
    self.truth = truth
    phase = .serving
    truth.backendCount += 1
    world.note("session \(truth.id) of \(truth.tenant) is on \(instance.id)", UInt64(truth.id))
    if truth.backendCount > 1 { world.violate("session \(truth.id) reached a server twice") }
    if !fleet.permits(truth, on: instance) {
      world.violate("session \(truth.id) of \(truth.tenant) was led to \(instance.id)")
    }
    if world.random.chance(world.plan.resets) {
      world.after(world.random.size(in: 0...50_000_000)) { [weak self] in self?.die() }
    }
  }

  // MARK: Serving

  private func logIn(_ version: ProtocolVersion) {
    guard world.random.chance(500) else { return loggedIn(version) }
    say(
      MessageEncoder.encode(type: UInt8(ascii: "R"), body: [0, 0, 0, 10] + world.random.bytes(20)))
    loginVersion = version
  }

  /// Set while the client's answer to the authentication request is awaited.
  private var loginVersion: ProtocolVersion?

  private func loggedIn(_ version: ProtocolVersion) {
    loginVersion = nil
    let key = world.random.bytes(version >= .v3_2 ? 32 : 4)
    let processID = Int32(truncatingIfNeeded: world.random.next() >> 33)
    cancelKey = (processID, key)
    say(AuthenticationRequest.encodedOK())
    say(ParameterStatus.encoded(name: "server_version", value: "15.0"))
    say(BackendKeyData.encoded(processID: processID, key: key.span.bytes))
    say(ReadyForQuery(status: .idle).encoded())
    isReady = true
    for query in waitingQueries { answer(query) }
    waitingQueries = []
  }

  private func verify(_ bytes: ArraySlice<UInt8>) {
    guard let truth else { return }
    let right = truth.upstream.verify(bytes)
    if right != bytes.count {
      world.violate(
        "byte \(truth.upstream.arrived) that the server of session \(truth.id) got is not the one its client sent"
      )
    }
  }

  private func serve(_ bytes: ArraySlice<UInt8>) {
    verify(bytes)
    guard world.violation == nil else { return }
    let bytes = Array(bytes)
    var offset = 0
    while phase == .serving, let event = try? scanner.next(bytes.span.bytes, from: &offset) {
      switch event {
      case .header(let type, let length):
        messageType = type
        messageHead = []
        if length == 0 { handle(type) }
      case .body(let range, let isLast):
        if messageHead.count < 8 { messageHead += bytes[range].prefix(8 - messageHead.count) }
        if isLast { handle(messageType) }
      }
    }
  }

  private func handle(_ type: UInt8) {
    switch type {
    case FrontendMessageType.query:
      isReady ? answer(messageHead) : waitingQueries.append(messageHead)
    case FrontendMessageType.password:
      if let loginVersion { loggedIn(loginVersion) }
    case FrontendMessageType.terminate: isFinishing = true
    default: break
    }
  }

  /// Answers a query, whose first bytes say how many rows of how many bytes are wanted.
  private func answer(_ query: [UInt8]) {
    let words = (0..<2).map { word in
      query[(4 * word)..<(4 * word + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    for _ in 0..<words[0] {
      say(
        MessageEncoder.encode(type: BackendMessageType.dataRow, body: world.random.bytes(words[1])))
    }
    say(
      MessageEncoder.encode(type: BackendMessageType.commandComplete, body: Array("SELECT\0".utf8)))
    say(ReadyForQuery(status: .idle).encoded())
  }

  // MARK: Writing and ending

  private func say(_ message: [UInt8]) {
    truth?.downstream.push(message)
    outbox.append(message)
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

  /// The server is killed, or the network cuts the connection.
  func die() {
    guard phase != .over else { return }
    if let truth { truth.isDisturbed = true } else { fleet.excuses.hasBrokenAnonymously = true }
    phase = .over
    socket.reset()
  }
}
