import Glibc
import Testing
import Wire

@testable import NullServer

@Suite struct ServerTests {
  @Test(arguments: [64, 1_000, 16_000, 100_000, 1 << 20, 8 << 20])
  func `rows of any size come whole`(count: Int) throws {
    let running = try RunningServer()
    let client = try running.client()
    for _ in 0..<3 {
      let messages = try client.query("SELECT repeat('x', \(count))")
      #expect(messages.summary == "T D C(SELECT 1) Z(I)")
      #expect(messages[1].body.count == count + 6)
    }
  }

  @Test func `a message that comes byte by byte is answered`() throws {
    let running = try RunningServer()
    let client = try running.client()
    var one: Int32 = 1
    setsockopt(client.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    for byte in Requests.query("SELECT 42") {
      try client.send([byte])
      usleep(200)
    }
    let value = try client.answer()[1].value
    #expect(value == "42")
  }

  @Test func `a client that reads late gets all it has asked for`() throws {
    let running = try RunningServer()
    let client = try running.client()
    let count = 300
    for _ in 0..<count { try client.send(Requests.query("SELECT repeat('x', 100000)")) }
    let asked = running.server
    expectSoon { asked.counters.statements >= count }
    let messages = try client.answer(readyCount: count)
    let rows = messages.filter { $0.type == "D" }
    #expect(rows.count == count)
    #expect(rows.allSatisfy { $0.body.count == 100_006 })
    #expect(messages.count == 4 * count)
  }

  @Test func `a client that asks at length before it reads gets all`() throws {
    let running = try RunningServer()
    let client = try running.client()
    let question = Requests.query("SELECT \(String(repeating: " ", count: 60_000)) 1")
    let count = 200
    for _ in 0..<count { try client.send(question) }
    let rows = try client.answer(readyCount: count).filter { $0.type == "D" }
    #expect(rows.count == count)
  }

  @Test func `a client that never reads is ended when too much waits, and others are not`() throws {
    let running = try RunningServer()
    let client = try running.client()
    let quiet = try LoopbackClient(running.server.port, receiveBytes: 4_096)
    try quiet.send(Requests.startup())
    try quiet.send(Requests.query("SET a.b = '\(String(repeating: "a", count: 60_000))'"))
    let server = running.server
    // Short questions with long answers: more than may wait, beside what the sockets hold.
    let count = 2 * NullServerLimits.unsentBytes / 60_000
    try quiet.send((0..<count).flatMap { _ in Requests.query("SHOW a.b") })
    expectSoon { server.counters.openConnections == 1 }
    let summary = try client.query("SELECT 1").summary
    #expect(summary == "T D C(SELECT 1) Z(I)")
  }

  @Test func `bad input ends its connection alone, with an error`() throws {
    let running = try RunningServer()
    let good = try running.client()
    let bad = try running.client()
    try bad.send([81, 0, 0, 0, 1])
    let farewell = try Message.all(in: try bad.rest())
    #expect(farewell.summary == "E(08P01)")
    let summary = try good.query("SELECT 1").summary
    #expect(summary == "T D C(SELECT 1) Z(I)")
  }

  @Test func `Terminate ends the connection, and the counters tell`() throws {
    let running = try RunningServer()
    let client = try running.client()
    _ = try client.query("SELECT 1; SELECT 2")
    try client.send(Requests.terminate)
    let rest = try client.rest()
    #expect(rest.isEmpty)
    let server = running.server
    expectSoon { server.counters.openConnections == 0 }
    let counters = server.counters
    #expect(counters.connections == 1)
    #expect(counters.statements == 2)
    let asked = Requests.startup().count + Requests.query("SELECT 1; SELECT 2").count + 5
    #expect(counters.bytesReceived == asked)
  }

  @Test func `two workers share the connections`() throws {
    let running = try RunningServer(NullServerSettings(workers: 2))
    for _ in 0..<40 { _ = try running.client().query("SELECT 1") }
    #expect(running.server.counters.connections == 40)
    #expect(running.server.counters.statements == 40)
  }

  @Test func `thousands of connections are served`() throws {
    let running = try RunningServer()
    var descriptors: [Int32] = []
    defer { for descriptor in descriptors { close(descriptor) } }
    let count = min(2_000, Self.fileLimit / 2 - 100)
    for _ in 0..<count {
      let client = try LoopbackClient(running.server.port)
      descriptors.append(fcntl(client.descriptor, F_DUPFD_CLOEXEC, 0))
      try client.send(Requests.startup() + Requests.query("SELECT 1"))
    }
    let server = running.server
    expectSoon { server.counters.statements == UInt64(count) }
    #expect(server.counters.openConnections == UInt64(count))
  }

  static var fileLimit: Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(min(limit.rlim_cur, 1_000_000))
  }

  @Test func `a PROXY header is read and passed over, however it is cut`() throws {
    let running = try RunningServer(NullServerSettings(expectsProxyHeader: true))
    let from = IPv4Endpoint(address: 0x0A00_0001, port: 4_711)
    let to = IPv4Endpoint(address: 0x0A00_0002, port: 5_432)
    let header = ProxyHeader.encoded(.ipv4(source: from, destination: to))
    let bytes = header + Requests.startup()
    for cut in [0, 1, 15, 16, header.count - 1, header.count, header.count + 3] {
      let client = try LoopbackClient(running.server.port)
      try client.send(Array(bytes[..<cut]))
      usleep(1_000)
      try client.send(Array(bytes[cut...]))
      let greeting = try client.answer().last
      #expect(greeting == Message(type: "Z", body: [73]))
      let value = try client.query("SELECT \(cut)")[1].value
      #expect(value == "\(cut)")
    }
    let without = try LoopbackClient(running.server.port)
    try without.send(Requests.startup())
    let rest = try without.rest()
    #expect(rest.isEmpty)
  }

  @Test func `those above the limit are closed at once`() throws {
    let running = try RunningServer(NullServerSettings(connectionsAWorker: 2))
    let first = try running.client()
    let second = try running.client()
    let third = try LoopbackClient(running.server.port)
    let rest = try third.rest()
    #expect(rest.isEmpty)
    _ = try first.query("SELECT 1")
    try second.send(Requests.terminate)
    let server = running.server
    expectSoon { server.counters.openConnections == 1 }
    _ = try running.client().query("SELECT 1")
  }

  @Test func `a stop ends all connections`() throws {
    let running = try RunningServer()
    let client = try running.client()
    running.server.stop()
    let rest = try client.rest()
    #expect(rest.isEmpty)
    #expect(running.server.port == 0)
    #expect(running.server.counters.connections == 1)
    #expect(throws: NullServerError.startedBefore) { try running.server.start() }
  }

  @Test func `a port that is taken is told`() throws {
    // A listener without SO_REUSEPORT keeps others out.
    let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(taken) }
    try #require(listen(taken, 1) == 0)
    let port = ListeningAddress.port(of: taken)
    let server = try NullServer(NullServerSettings(port: port))
    #expect(
      throws: NullServerError.cannotListen(address: "127.0.0.1", port: port, errno: EADDRINUSE)
    ) { try server.start() }
  }

  @Test(arguments: [
    ("address", NullServerSettings(address: "localhost")),
    ("workers", NullServerSettings(workers: 0)),
    ("cores", NullServerSettings(cores: [0, -1])),
    ("connectionsAWorker", NullServerSettings(connectionsAWorker: 0)),
    ("delay", NullServerSettings(delay: .seconds(-1))),
    ("delay", NullServerSettings(delay: .seconds(100))),
    (
      "stall",
      NullServerSettings(
        stall: NullServerSettings.Stall(period: .seconds(1), length: .seconds(1)))
    ),
    (
      "stall",
      NullServerSettings(stall: NullServerSettings.Stall(period: .seconds(1), length: .zero))
    ),
  ])
  func `settings that make no sense are refused`(name: String, settings: NullServerSettings) {
    #expect {
      _ = try NullServer(settings)
    } throws: {
      guard case NullServerError.badSetting(name, _)? = $0 as? NullServerError else { return false }
      return true
    }
  }
}
