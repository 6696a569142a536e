import AsyncHTTPClient
import ControlPlane
import Files
import Foundation
import Glibc
import LocalFleet
import MapExchange
import NIOCore
import NIOHTTP1
import RandomNumbers
import Testing

@Suite("The program")
struct ProcessTests {
  private static func send(
    _ server: ControlProcess, _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil,
    headers: [(String, String)] = []
  ) async throws -> TestAnswer {
    try await TestServer.send(
      method, server.url + path, token: server.token, body?.canonical, headers: headers)
  }

  private static func load(_ server: ControlProcess) async throws {
    let changes = SampleFleet.changes.map { change -> JSONValue in
      guard case .put(let body) = change.intent else { return .null }
      return ["put": .string(change.key.description), "resource": body]
    }
    let answer = try await send(server, .POST, "/v1/changes", ["changes": .array(changes)])
    guard answer.status == 200 else { throw ProgramFailure(text: answer.text) }
  }

  @Test("A second process on the store serves at once, and wakes the other's long polls")
  func twoProcesses() async throws {
    let home = try await ControlHomeFolder()
    let first = try await ControlProcess(home)
    try await Self.load(first)
    let key = [("Idempotency-Key", "k")]
    let body = SampleFleet.tenant(shard: "one", database: "x")
    let answer = try await Self.send(first, .PUT, "/v1/tenants/x", body, headers: key)
    #expect(answer.status == 201)
    let second = try await ControlProcess(home)
    #expect(try await Self.send(second, .GET, "/v1/tenants/x").body == answer.body)
    let repeated = try await Self.send(second, .PUT, "/v1/tenants/x", body, headers: key)
    #expect(repeated.status == 201)
    #expect(repeated.body == answer.body)
    #expect(repeated.headers.first(name: "Idempotency-Replayed") == "true")

    let snapshots = try await [first, second].asyncMap {
      try await Self.send($0, .GET, "/v1/map/snapshot").body
    }
    #expect(snapshots[0] == snapshots[1])
    let waiting = Task { try await Self.send(first, .GET, "/v1/map/delta?from=14&wait=60s") }
    // Until the other one is surely waiting; a commit before that would be answered at once, too.
    try await Task.sleep(for: .milliseconds(100))
    _ = try await Self.send(second, .DELETE, "/v1/tenants/x", headers: [("If-Match", "\"1\"")])
    let start = ContinuousClock.now
    let delta = try await waiting.value
    #expect(ContinuousClock.now - start < .seconds(40))
    #expect(delta.headers.first(name: "Shardway-Map-Version") == "15")

    first.process.signal(SIGTERM)
    #expect(await first.process.wait(upTo: .seconds(120)) == .exited(code: 0))
    #expect(try await Self.send(second, .GET, "/v1/tenants").status == 200)
    await second.kill()
  }

  @Test("SIGTERM ends a server in the middle of a request that goes no further")
  func standstill() async throws {
    let server = try await ControlProcess(try await ControlHomeFolder())
    let port = try #require(UInt16(server.url.split(separator: ":").last ?? ""))
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(client) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isConnected)
    let request = """
      PUT /v1/tenants/x HTTP/1.1\r
      Host: localhost\r
      Authorization: Bearer \(server.token)\r
      Content-Length: 100\r
      \r
      {
      """
    #expect(Glibc.send(client, request, request.utf8.count, Int32(MSG_NOSIGNAL)) > 0)
    // It has read that much when it has answered somebody who came later.
    _ = try await Self.send(server, .GET, "/v1/tenants")
    server.process.signal(SIGTERM)
    let limit = ControlLimits.idleConnection - .seconds(10)
    #expect(await server.process.wait(upTo: limit) != nil)
    server.process.signal(SIGKILL)
  }

  @Test("SIGTERM ends a server that has long polls and event streams open")
  func termination() async throws {
    let home = try await ControlHomeFolder()
    let configuration = try String(contentsOfFile: home.configuration, encoding: .utf8)
    try (configuration + "\nlimits: { waitingPolls: 1 }\n").write(
      toFile: home.configuration, atomically: true, encoding: .utf8)
    let server = try await ControlProcess(home)
    try await Self.load(server)
    let delta = "/v1/map/delta?from=13&wait="
    let poll = Task { () async throws -> TestAnswer in
      while true {
        let answer = try await Self.send(server, .GET, delta + "50s")
        // The only place may have been taken by one of those that look whether it is.
        if answer.status != 429 { return answer }
      }
    }
    let (pieces, piece) = AsyncStream.makeStream(of: Void.self)
    let stream = Task { try await Self.events(of: server, telling: piece) }
    _ = await pieces.first { _ in true }
    let deadline = ContinuousClock.now + .seconds(60)
    while try await Self.send(server, .GET, delta + "1ms").status != 429 {
      try #require(ContinuousClock.now < deadline, "the poll is not held")
    }
    server.process.signal(SIGTERM)
    #expect(await server.process.wait(upTo: .seconds(120)) == .exited(code: 0))
    #expect(try await poll.value.status == 204)
    #expect(try await stream.value.hasPrefix(": shardway"))
  }

  /// Reads an event stream to its end, and tells of each piece.
  private static func events(
    of server: ControlProcess, telling piece: AsyncStream<Void>.Continuation
  ) async throws -> String {
    defer { piece.finish() }
    var request = HTTPClientRequest(url: server.url + "/v1/events")
    request.headers.add(name: "Authorization", value: "Bearer \(server.token)")
    let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
    var text = ""
    for try await chunk in response.body {
      text += String(buffer: chunk)
      piece.yield()
    }
    return text
  }

  @Test(
    "Killed in the middle of commits, dozens of times, it loses nothing that it acknowledged",
    .timeLimit(.minutes(8)))
  func killed() async throws {
    let home = try await ControlHomeFolder()
    var server = try await ControlProcess(home)
    try await Self.load(server)
    var random = SplitMix64(seed: 7)
    var acknowledged: [Int: [UInt8]] = [:]
    var next = 0
    for _ in 0..<24 {
      let first = next
      let running = server
      let (answered, answer) = AsyncStream.makeStream(of: Void.self)
      let writers = Task { await Self.write(running, from: first, telling: answer) }
      _ = await answered.first { _ in true }
      try await Task.sleep(for: .milliseconds(Int.random(in: 20...120, using: &random)))
      await server.kill()
      // The client would go on trying to connect.
      writers.cancel()
      let answers = await writers.value
      acknowledged.merge(answers) { old, _ in old }
      next = first + Self.writers * Self.requestsAWriter
      let store = try ControlStore(path: home.store)
      let audit = try await store.audit()
      #expect(audit.broken == nil, "\(audit)")
      server = try await ControlProcess(home)
      // Some of them: where the pause has lasted there are hundreds, which take their time.
      for (number, body) in answers.shuffled(using: &random).prefix(40) {
        await expectRepeated(server, number, body)
      }
    }
    await server.kill()
    #expect(!acknowledged.isEmpty)
    let store = try ControlStore(path: home.store)
    let report = try await Rebuild.run(store, scratch: home.store + ".rebuild", repairing: false)
    #expect(report.differences == [])
    for number in acknowledged.keys {
      #expect(try await store.resource(SampleFleet.key("tenant/k\(number)")) != nil)
    }
  }

  private static let writers = 4
  private static let requestsAWriter = 1_000

  private static func request(_ number: Int) -> (String, JSONValue, [(String, String)]) {
    (
      "/v1/tenants/k\(number)", SampleFleet.tenant(shard: "one", database: "k\(number)"),
      [("Idempotency-Key", "key-\(number)")]
    )
  }

  /// Creates tenants from several clients until the server is gone, and tells of each answer; the
  /// answers that came.
  private static func write(
    _ server: ControlProcess, from first: Int, telling answered: AsyncStream<Void>.Continuation
  ) async -> [Int: [UInt8]] {
    defer { answered.finish() }
    return await withTaskGroup(of: [Int: [UInt8]].self) { group in
      for writer in 0..<writers {
        group.addTask {
          var answers: [Int: [UInt8]] = [:]
          for index in 0..<requestsAWriter {
            let number = first + writer * requestsAWriter + index
            let (path, body, headers) = request(number)
            guard let answer = try? await send(server, .PUT, path, body, headers: headers) else {
              break
            }
            // Whatever else it says promises nothing.
            guard answer.status == 201 else { continue }
            answers[number] = answer.body
            answered.yield()
          }
          return answers
        }
      }
      return await group.reduce(into: [:]) { $0.merge($1) { old, _ in old } }
    }
  }

  private func expectRepeated(_ server: ControlProcess, _ number: Int, _ body: [UInt8]) async {
    let (path, resource, headers) = Self.request(number)
    let answer = try? await Self.send(server, .PUT, path, resource, headers: headers)
    #expect(answer?.status == 201)
    #expect(answer?.body == body)
    #expect(answer?.headers.first(name: "Idempotency-Replayed") == "true")
  }
}

extension Array where Element: Sendable {
  fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async throws -> [Value]
  {
    var values: [Value] = []
    for element in self { values.append(try await body(element)) }
    return values
  }
}

@Suite("The program's commands")
struct CommandTests {
  private static let document = """
    {"format":"shardway.map/1","mapVersion":3,"issuedAt":"2026-11-21T00:00:00Z",
     "topology":{"regions":[{"id":"r","zones":["z"]}],
       "instances":[{"id":"a","zone":"z","address":"192.0.2.1:5432"}]},
     "shards":[{"id":"s","epoch":7,"primary":"a","replicas":[]}],
     "policies":[{"id":"p","tier":"strong"}],"pools":[{"id":"o","dedicated":false}],
     "tenants":[{"id":"acme","generation":5,"shard":"s","database":"acme","pool":"o","policy":"p"}]}
    """

  @Test("From nothing to an audited store with a map that moved in")
  func firstStart() async throws {
    let home = try await ControlHomeFolder()
    let file = home.folder.path + "/map.json"
    try Self.document.write(toFile: file, atomically: true, encoding: .utf8)
    let check = try await ControlProgram.run(["serve", "--config", home.configuration, "--check"])
    #expect(check.status.isSuccess, "\(check.output)")
    #expect(check.output.contains("shardway-public-key:"))
    let imported = try await ControlProgram.run(["import", file, "--store", home.store, "--json"])
    #expect(imported.status.isSuccess, "\(imported.output)")
    let store = try ControlStore(path: home.store)
    let tenant = try await store.resource(SampleFleet.key("tenant/acme"))
    #expect(tenant?.record.fields["generation"] == 5)
    let shard = try await store.resource(SampleFleet.key("shard/s"))
    #expect(shard?.record.fields["epoch"] == 7)
    let again = try await ControlProgram.run(["import", file, "--store", home.store])
    #expect(!again.status.isSuccess)
    for command in [["audit", "verify"], ["rebuild"], ["audit", "tail", "-n", "3"]] {
      let done = try await ControlProgram.run(command + ["--store", home.store])
      #expect(done.status.isSuccess, "\(done.output)")
    }
    let json = try await ControlProgram.run(["audit", "verify", "--store", home.store, "--json"])
    #expect(try JSONValue(json: Array(json.output.dropLast().utf8))["links"] == 7)
  }

  @Test("Secrets are readable by their owner only, and init never writes over anything")
  func secrets() async throws {
    let home = try await ControlHomeFolder()
    for name in ["signing.key", "tokens.yaml", "admin.token"] {
      let mode = try FileManager.default.attributesOfItem(atPath: home.path + "/" + name)[
        .posixPermissions]
      #expect(mode as? Int == 0o600, "\(name)")
    }
    let again = try await ControlProgram.run(["init", home.path])
    #expect(again.status == .exited(code: 1))
    let key = try await ControlProgram.run(["keys", "generate", home.path + "/signing.key"])
    #expect(key.status == .exited(code: 1))
    let shown = try await ControlProgram.run(["keys", "show", home.path + "/signing.key"])
    let file = try String(contentsOfFile: home.path + "/signing.pub", encoding: .utf8)
    #expect(shown.output == file)
  }

  @Test("A signing key that others may read is refused; one that is passed as a credential is fine")
  func openKey() async throws {
    let home = try await ControlHomeFolder()
    let key = home.path + "/signing.key"
    let text = "\(key) can be read by others: chmod 600 it"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
    let checked = try await ControlProgram.run(["serve", "--config", home.configuration, "--check"])
    #expect(checked.status == .exited(code: 1))
    #expect(checked.output.contains("control.yaml:4: keys[0]: \(text)"), "\(checked.output)")
    let shown = try await ControlProgram.run(["keys", "show", key])
    #expect(shown.status == .exited(code: 1))
    #expect(shown.output == "shardway-control: \(text)\n")
    let passed = try await ControlProgram.run(
      ["keys", "show", "credential:signing.key"], credentials: home.path)
    #expect(passed.status.isSuccess, "\(passed.output)")
  }

  @Test(
    "Every command has an example",
    arguments: [
      ["serve"], ["init"], ["keys"], ["keys", "generate"], ["keys", "show"], ["tokens"],
      ["tokens", "create"], ["import"], ["rebuild"], ["audit"], ["audit", "verify"],
      ["audit", "tail"],
    ])
  func examples(command: [String]) async throws {
    let help = try await ControlProgram.run(command + ["--help"])
    #expect(help.status.isSuccess)
    let words = command.joined(separator: " ")
    #expect(help.output.contains("  shardway-control \(words) "), "\(help.output)")
  }

  @Test("A token that is added to the file is good without a restart")
  func tokens() async throws {
    let home = try await ControlHomeFolder()
    let server = try await ControlProcess(home)
    let made = try await ControlProgram.run([
      "tokens", "create", "--name", "ann", "--role", "reader", "--file", home.path + "/tokens.yaml",
    ])
    let token = made.output.trimmingCharacters(in: .newlines)
    let deadline = ContinuousClock.now + .seconds(120)
    var status = 0
    while status != 200, .now < deadline {
      status = try await TestServer.send(.GET, server.url + "/v1/tenants", token: token).status
    }
    #expect(status == 200)
    let twice = try await ControlProgram.run([
      "tokens", "create", "--name", "ann", "--role", "admin", "--file", home.path + "/tokens.yaml",
    ])
    #expect(!twice.status.isSuccess)
    await server.kill()
  }

  @Test(
    "A fault in the configuration is told with its line",
    arguments: [
      ("address: \"localhost\"", ":1: address: "), ("x: 1", ":5: x: is not a setting"),
      ("limits: { bodyMiB: 0 }", ":5: limits.bodyMiB: must be 1 to 1024"),
      ("limits: { longestWait: soon }", ":5: limits.longestWait: "),
      ("log: { level: loud }", ":5: log.level: must be one of "),
      ("keys: []", ":3: keys: name one file, or two"),
    ])
  func configuration(_ line: String, _ message: String) async throws {
    let folder = try FreshFolder("shardway-control")
    var lines = [
      "address: \"127.0.0.1:0\"", "store: none.sqlite", "keys: [none.key]", "tokens: none.yaml",
    ]
    let name = line.split(separator: ":")[0]
    if let place = lines.firstIndex(where: { $0.hasPrefix(name + ":") }) {
      lines[place] = line
    } else {
      lines.append(line)
    }
    let path = folder.path + "/control.yaml"
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let checked = try await ControlProgram.run(["serve", "--config", path, "--check"])
    #expect(!checked.status.isSuccess)
    #expect(checked.output.contains("control.yaml" + message), "\(checked.output)")
  }
}
