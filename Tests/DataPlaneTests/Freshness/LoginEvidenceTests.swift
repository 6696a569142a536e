import Glibc
import ShardMap
import Testing

@Suite("Evidence in a refused login")
struct LoginEvidenceTests {
  /// Whether a route may be out of date when a server refuses a login with this code.
  private static let codes: KeyValuePairs<String, Bool> = [
    "25006": true, "57P01": true, "57P03": true, "57P02": false, "57P05": false, "57014": false,
    "28000": false, "28P01": false, "3D000": false, "53300": false, "42501": false,
    "08P01": false,
  ]

  @Test("is what a server says that stops or only reads, not what it says of the client")
  func meanings() async throws {
    let server = try LoopbackServer()
    var prepared: FreshnessPage?
    let router = try RouterProcess(serverPort: server.port) { path in
      let page = try FreshnessPage.create(path: path)
      page.write(Self.confirmation())
      prepared = page
    }
    defer { router.kill() }
    let page = try #require(prepared)
    let port = try await router.port()
    var evidence: UInt64 = 0
    var unknown: UInt64 = 0
    for (code, isEvidence) in Self.codes {
      try Self.refuseLogin(with: code, routerPort: port, server)
      // It is counted behind the refusal, which may not count at all.
      try Self.askForUnknownTenant("nobody-\(code)", routerPort: port)
      evidence += isEvidence ? 1 : 0
      unknown += 1
      try await Self.eventually("\(unknown) refusals, \(evidence) of them evidence with \(code)") {
        page.routers.first.map {
          $0[.unknownTenants] == unknown && $0[.staleRouteEvidence] == evidence
        } ?? false
      }
    }
  }

  /// Of the map in use, by a sidecar that nobody answers: then no session waits for a newer one.
  private static func confirmation() -> SidecarStatement {
    let now = FreshnessClock.now()
    return SidecarStatement(
      mapVersion: 1, root: .none, confirmedAtBootNanoseconds: now.bootNanoseconds,
      confirmedAtWallMilliseconds: now.wallMilliseconds, bootID: now.bootID,
      condition: .unreachable,
      refreshAnswered: 0, writerPID: getpid())
  }

  /// Plays a client that a server refuses; returns when the client has been told.
  private static func refuseLogin(
    with code: String, routerPort: UInt16, _ listener: LoopbackServer
  ) throws {
    let client = try LoopbackSocket.make()
    try client.connect(to: routerPort)
    try client.send(Packets.startup(["user": "u", "database": "acme"]))
    let server = try listener.accept()
    let length = try server.receive(4).reduce(0) { $0 << 8 | Int($1) }
    _ = try server.receive(length - 4)
    let error = Packets.message(
      "E", Packets.text("SFATAL") + Packets.text("C\(code)") + Packets.text("Mno") + [0])
    try server.send(error)
    #expect(try client.receive(error.count) == error)
  }

  /// Plays a client that the router itself refuses.
  private static func askForUnknownTenant(_ name: String, routerPort: UInt16) throws {
    let client = try LoopbackSocket.make()
    try client.connect(to: routerPort)
    try client.send(Packets.startup(["user": "u", "database": name]))
    #expect(try client.receive(1) == Array("E".utf8))
  }

  private struct TimedOut: Error { let waitedFor: String }

  private static func eventually(_ what: String, _ condition: () -> Bool) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(60))
    while !condition() {
      guard ContinuousClock.now < end else { throw TimedOut(waitedFor: what) }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
