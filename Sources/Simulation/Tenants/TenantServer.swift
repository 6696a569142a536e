import Wire

/// A server of many tenants' databases that answers every statement after a while, and tells the ledger what begins and ends.
final class TenantServer: SimulatedNetwork {
  let world: SimulatedWorld
  let ledger: TenantLedger
  let plan: TenantPlan

  init(world: SimulatedWorld, ledger: TenantLedger, plan: TenantPlan) {
    (self.world, self.ledger, self.plan) = (world, ledger, plan)
  }

  func attempt(_ address: SimulatedAddress) -> (delay: Int, result: Int) { (world.delay(), 0) }

  func connect(_ address: SimulatedAddress) -> SimulatedSocket {
    let (near, far) = SimulatedSocket.pair(world, "router", "server")
    let backend = TenantBackend(server: self, socket: far)
    far.watcher = backend.step
    return near
  }
}

/// One connection at such a server.
final class TenantBackend {
  private let server: TenantServer
  private let socket: SimulatedSocket
  private var messages = TenantMessages()
  private var outbox = ByteQueue()
  private var tenant: Int?
  /// Whether sessions share the connection, and don't have it for themselves.
  private var isShared = true
  private var status = TransactionStatus.idle
  /// Whether a transaction of the tenant's was told to the ledger that has not ended.
  private var isAtWork = false
  private var isBusy = false

  init(server: TenantServer, socket: SimulatedSocket) {
    (self.server, self.socket) = (server, socket)
  }

  func step() {
    while !socket.arrived.isEmpty { messages.append(socket.read(atMost: 1 << 16)) }
    work()
    flush()
    if socket.hasEnded { end() }
  }

  private func work() {
    while !isBusy {
      guard tenant != nil else {
        guard let packet = messages.nextStartup() else { return }
        start(packet)
        continue
      }
      guard let (type, body) = messages.next() else { return }
      take(type, body)
    }
  }

  private func start(_ packet: [UInt8]) {
    let words = packet[8...].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let database = words.firstIndex(of: "database").map { words[$0 + 1] } ?? ""
    guard let number = Int(database.dropFirst()) else {
      return server.world.violate("a server was led into the database \(database)")
    }
    tenant = number
    isShared = !words.contains(TenantClient.keeper)
    say(
      AuthenticationRequest.encodedOK()
        + ParameterStatus.encoded(name: "server_version", value: "15.8")
        + BackendKeyData.encoded(processID: 7, key: ([1, 2, 3, 4] as [UInt8]).span.bytes)
        + ReadyForQuery(status: .idle).encoded())
  }

  private func take(_ type: UInt8, _ body: [UInt8]) {
    if type == FrontendMessageType.terminate { return end() }
    // The router asks by Sync whether a server is there.
    if !isAtWork, type != FrontendMessageType.sync, let tenant {
      isAtWork = true
      server.ledger.began(tenant, isShared: isShared)
    }
    switch type {
    case FrontendMessageType.query: query(String(decoding: body.dropLast(), as: UTF8.self))
    case FrontendMessageType.parse:
      say(MessageEncoder.encode(type: BackendMessageType.parseComplete, body: []))
    case FrontendMessageType.bind:
      say(MessageEncoder.encode(type: BackendMessageType.bindComplete, body: []))
    case FrontendMessageType.execute: say(CommandComplete.encoded(tag: "SELECT 0"))
    case FrontendMessageType.sync: after { self.ready() }
    default: server.world.violate("a server got the message \(type)")
    }
  }

  private func query(_ text: String) {
    let size = text.split(separator: " ").last.flatMap { Int($0) } ?? 0
    after { [self] in
      if text.hasPrefix("BEGIN") { status = .inTransaction }
      if text.hasPrefix("COMMIT") || text.hasPrefix("ROLLBACK") { status = .idle }
      if size > 0 {
        say(
          MessageEncoder.encode(
            type: BackendMessageType.dataRow, body: [UInt8](repeating: 0, count: size)))
      }
      say(CommandComplete.encoded(tag: "SELECT 1"))
      ready()
    }
  }

  private func ready() {
    if status == .idle { endWork() }
    say(ReadyForQuery(status: status).encoded())
  }

  private func after(_ action: @escaping () -> Void) {
    isBusy = true
    server.world.after(server.world.random.number(in: 1...server.plan.statementNanoseconds)) {
      [self] in
      isBusy = false
      guard !socket.isClosed else { return }
      action()
      step()
    }
  }

  private func endWork() {
    guard isAtWork, let tenant else { return }
    isAtWork = false
    server.ledger.ended(tenant, isShared: isShared)
  }

  private func end() {
    endWork()
    if !socket.isClosed { socket.close() }
  }

  private func say(_ bytes: [UInt8]) {
    outbox.append(bytes)
    flush()
  }

  private func flush() {
    while !outbox.isEmpty, !socket.isClosed {
      let sent = outbox.withBytes { socket.send($0) }
      guard sent > 0 else { return }
      outbox.removeFirst(sent)
    }
  }
}

/// Messages as they come out of a stream of bytes.
struct TenantMessages {
  private var bytes: [UInt8] = []

  mutating func append(_ more: [UInt8]) { bytes += more }

  /// The next message that has no type: the first of a client.
  mutating func nextStartup() -> [UInt8]? { take(lengthAt: 0) }

  /// The next message, its type and its body.
  mutating func next() -> (type: UInt8, body: [UInt8])? {
    guard let message = take(lengthAt: 1) else { return nil }
    return (message[0], Array(message[5...]))
  }

  private mutating func take(lengthAt place: Int) -> [UInt8]? {
    guard bytes.count >= place + 4 else { return nil }
    let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= place + length else { return nil }
    defer { bytes.removeFirst(place + length) }
    return Array(bytes.prefix(place + length))
  }
}
