import Glibc
import Routing
import ShardMap
import Synchronization
import Testing
import Uring
import Wire

@testable import DataPlane

/// Clients that go on asking while one router after the other takes over. The pauses follow a seed, the threads don't: each run is another schedule.
@Suite("Takeovers while requests run", .serialized)
struct TakeoverLoadTests {
  private static let clients = 6
  private static let rounds = 120
  private static let takeovers = 3

  @Test(
    "lose no request, run none twice, and leave each client with one owner",
    arguments: 1...3 as ClosedRange<UInt64>)
  func load(seed: UInt64) throws {
    let ledger = RequestLedger()
    let server = try AnsweringServer(ledger, seed: seed)
    let chain = try RouterChain(serverPort: server.port)
    let asking = try (0..<Self.clients).map { number in
      try AskingClient(number, port: chain.port, ledger, seed: seed * 100 + UInt64(number))
    }
    var bodies: [@Sendable () -> Void] = asking.map { client in
      { client.ask(rounds: Self.rounds) }
    }
    bodies.append { server.answer() }
    bodies.append {
      // Those that the first router has not accepted are the next one's from the beginning.
      while ledger.clientsIn < Self.clients { usleep(1_000) }
      var random = RandomSource(seed: seed)
      for _ in 0..<Self.takeovers {
        usleep(UInt32(random.index(below: 60_000)))
        ledger.trying("a takeover") { try chain.takeOver(expecting: Self.clients) }
      }
      while ledger.clientsDone < Self.clients { usleep(1_000) }
      server.stop()
    }
    try onThreads(bodies)
    #expect(ledger.faults == [])
    #expect(ledger.askedCount >= Self.clients * Self.rounds)
    #expect(chain.takenOver == Self.takeovers * Self.clients)
    chain.end()
  }
}

extension RandomSource {
  /// True so often in a thousand draws.
  fileprivate mutating func chance(_ perMille: Int) -> Bool { index(below: 1000) < perMille }
}

/// What was asked, and what was run.
private final class RequestLedger: Sendable {
  private struct State {
    var asked: [String: Int] = [:]
    var faults: [String] = []
    var clientsIn = 0
    var clientsDone = 0
  }
  private let state = Mutex(State())

  var faults: [String] { state.withLock { $0.faults } }
  var askedCount: Int { state.withLock { $0.asked.count } }
  var clientsIn: Int { state.withLock { $0.clientsIn } }
  var clientsDone: Int { state.withLock { $0.clientsDone } }

  func fault(_ text: String) { state.withLock { $0.faults.append(text) } }
  func clientIsIn() { state.withLock { $0.clientsIn += 1 } }
  func clientIsDone() { state.withLock { $0.clientsDone += 1 } }
  func asks(_ tag: String) { state.withLock { $0.asked[tag] = 0 } }

  /// A server runs a request.
  func runs(_ tag: String) {
    state.withLock { state in
      guard let times = state.asked[tag] else { return state.faults.append("\(tag): never asked") }
      if times > 0 { state.faults.append("\(tag): ran twice") }
      state.asked[tag] = times + 1
    }
  }

  /// A client has its answer, which must have been made by running the request.
  func isAnswered(_ tag: String, by rows: [String]) {
    state.withLock { state in
      if state.asked[tag] != 1 || rows != [tag] {
        state.faults.append("\(tag): ran \(state.asked[tag] ?? 0) times, answered by \(rows)")
      }
    }
  }

  func trying(_ what: String, _ body: () throws -> Void) {
    do { try body() } catch { fault("\(what): \(error)") }
  }
}

/// A client that asks one thing after the other, alone or in transactions, and waits for each answer.
private final class AskingClient: Sendable {
  private let number: Int
  private let socket: LoopbackSocket
  private let ledger: RequestLedger
  private let seed: UInt64

  init(_ number: Int, port: UInt16, _ ledger: RequestLedger, seed: UInt64) throws {
    (self.number, self.ledger, self.seed) = (number, ledger, seed)
    socket = try LoopbackSocket.make()
    try socket.connect(to: port)
    try socket.send(Packets.startup(["user": "app", "database": "acme"]))
  }

  func ask(rounds: Int) {
    ledger.trying("client \(number)") {
      do {
        defer { ledger.clientIsIn() }
        _ = try answer()
      }
      var random = RandomSource(seed: seed)
      for round in 0..<rounds {
        if random.chance(300) { usleep(UInt32(random.index(below: 4_000))) }
        guard random.chance(400) else {
          try run("c\(number)r\(round)")
          continue
        }
        _ = try query("BEGIN")
        for statement in 0..<(1 + random.index(below: 3)) {
          try run("c\(number)r\(round)s\(statement)")
          if random.chance(200) { usleep(UInt32(random.index(below: 2_000))) }
        }
        _ = try query("COMMIT")
      }
    }
    ledger.clientIsDone()
  }

  private func run(_ tag: String) throws {
    ledger.asks(tag)
    ledger.isAnswered(tag, by: try query("SELECT '\(tag)'"))
  }

  private func query(_ text: String) throws -> [String] {
    try socket.send(Packets.message("Q", Packets.text(text)))
    return try answer()
  }

  /// The rows that come until the router is ready.
  private func answer() throws -> [String] {
    var rows: [String] = []
    while true {
      let header = try socket.receive(5)
      let body = try socket.receive(header[1...].reduce(0) { $0 << 8 | Int($1) } - 4)
      switch header[0] {
      case UInt8(ascii: "D"): rows.append(String(decoding: body, as: UTF8.self))
      case UInt8(ascii: "Z"): return rows
      case UInt8(ascii: "E"): throw SocketFailure(call: String(decoding: body, as: UTF8.self))
      default: continue
      }
    }
  }
}

/// A server on one thread whose answers take a while.
private final class AnsweringServer: Sendable {
  private struct Link {
    let socket: LoopbackSocket
    var inbox: [UInt8] = []
    var hasStarted = false
    var isInTransaction = false
    /// Whose transaction it is.
    var owner: Substring?
    var answer: (bytes: [UInt8], due: ContinuousClock.Instant)?
  }

  private let listener: LoopbackServer
  private let ledger: RequestLedger
  private let seed: UInt64
  private let isOver = Atomic(false)
  var port: UInt16 { listener.port }

  init(_ ledger: RequestLedger, seed: UInt64) throws {
    listener = try LoopbackServer()
    (self.ledger, self.seed) = (ledger, seed)
  }

  func stop() { isOver.store(true, ordering: .releasing) }

  /// Serves until it is stopped.
  func answer() {
    var links: [Link] = []
    var random = RandomSource(seed: seed)
    while !isOver.load(ordering: .acquiring) {
      var polled = [pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)]
      polled += links.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
      poll(&polled, nfds_t(polled.count), 1)
      ledger.trying("the server") {
        for place in links.indices {
          if polled[place + 1].revents != 0 { try read(&links[place]) }
          try work(&links[place], &random)
        }
        links.removeAll { $0.inbox.isEmpty && $0.answer == nil && isAtEnd($0.socket) }
        if polled[0].revents != 0 { links.append(Link(socket: try listener.accept())) }
      }
    }
  }

  private func isAtEnd(_ socket: LoopbackSocket) -> Bool {
    var byte: UInt8 = 0
    let count = recv(socket.descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
  }

  private func read(_ link: inout Link) throws {
    guard !isAtEnd(link.socket) else { return }
    link.inbox += try link.socket.some()
  }

  /// Sends an answer whose time has come, then takes the next message.
  private func work(_ link: inout Link, _ random: inout RandomSource) throws {
    if let answer = link.answer {
      guard answer.due <= .now else { return }
      link.answer = nil
      try link.socket.send(answer.bytes)
    }
    let head = link.hasStarted ? 1 : 0
    guard link.inbox.count >= head + 4 else { return }
    let length = head + link.inbox[head..<head + 4].reduce(0) { $0 << 8 | Int($1) }
    guard link.inbox.count >= length else { return }
    let body = link.inbox[(head + 4)..<length]
    let delay = Duration.microseconds(random.chance(300) ? random.index(below: 5_000) : 0)
    let bytes: [UInt8]
    if !link.hasStarted {
      link.hasStarted = true
      bytes = LoopbackSocket.welcome
    } else if link.inbox[0] == UInt8(ascii: "Q") {
      bytes = run(String(decoding: body.dropLast(), as: UTF8.self), &link)
    } else {
      bytes = []
    }
    link.answer = (bytes, .now + delay)
    link.inbox.removeFirst(length)
  }

  private func run(_ text: String, _ link: inout Link) -> [UInt8] {
    var rows: [UInt8] = []
    switch text {
    case "BEGIN": link.isInTransaction = true
    case "COMMIT": (link.isInTransaction, link.owner) = (false, nil)
    case _ where text.hasPrefix("SELECT 'c"):
      let tag = String(text.dropFirst(8).dropLast())
      let client = tag.prefix { $0 != "r" }
      if link.isInTransaction, let owner = link.owner, owner != client {
        ledger.fault("\(tag) came into the transaction of \(owner)")
      }
      if link.isInTransaction { link.owner = client }
      ledger.runs(tag)
      rows = Packets.message("D", Array(tag.utf8))
    default: break
    }
    let status = UInt8(ascii: link.isInTransaction ? "T" : "I")
    let word = text.prefix { $0 != " " && $0 != ";" }
    return rows + Packets.message("C", Packets.text("\(word)")) + Packets.message("Z", [status])
  }
}

/// Routers of this process, each of which takes the place of the one before.
private final class RouterChain: Sendable {
  private struct State {
    var router: Router
    var takeovers: TakeoverServer
    var path: String
    var takenOver = 0
  }

  let port: UInt16
  private let folder: TemporaryFolder
  private let map: CompiledMap
  private let state: Mutex<State>

  init(serverPort: UInt16) throws {
    folder = try TemporaryFolder()
    map = try PoolsMap(
      pools: [.init(id: "shared")], tenants: [.init(id: "acme", pool: "shared")],
      serverPort: serverPort
    ).compiled()
    let router = try Router(Self.settings, map: map, capabilities: try Capabilities.probe())
    port = router.addresses[0].port
    let path = folder.path + "/0"
    state = Mutex(
      State(
        router: router, takeovers: try TakeoverServer(path: path, router: router) {}, path: path))
  }

  /// Clients that routers have taken from the ones before.
  var takenOver: Int { state.withLock { $0.takenOver } }

  private static var settings: RouterSettings {
    var settings = RouterSettings(
      mapPath: "", workerCount: 2,
      listeners: [
        ListenerSettings(
          address: .loopback(0), spoken: .postgres(identity: [.option, .database]),
          pooling: .transaction)
      ])
    settings.timeouts.stop = .zero
    settings.waitPatiently()
    settings.pooling.authentication = .trust
    settings.pooling.serversPerPool = 2
    return settings
  }

  /// Has another router take the place of the one that serves, and all its clients; that one is gone then.
  func takeOver(expecting clients: Int) throws {
    try state.withLock { state in
      guard let inheritance = try Inheritance.claim(from: state.path) else {
        throw SocketFailure(call: "claim")
      }
      let next = try Router(
        Self.settings, map: map, capabilities: try Capabilities.probe(),
        inherited: inheritance.sockets)
      try inheritance.take(for: next)
      let end = ContinuousClock.now + .seconds(60)
      while next.count(.clientsTakenOver) < clients || !state.router.hasHandedOver {
        guard .now < end else { throw SocketFailure(call: "handing all clients over") }
        usleep(500)
      }
      state.takeovers.stop()
      inheritance.stop()
      state.router.stop()
      state.takenOver += Int(next.count(.clientsTakenOver))
      state.router = next
      state.path += "n"
      state.takeovers = try TakeoverServer(path: state.path, router: next) {}
    }
  }

  func end() {
    state.withLock { state in
      state.takeovers.stop()
      state.router.stop()
    }
  }
}
