import Files
@testable import ControlPlane
import Foundation
import HTTPTypes
import Logging
import NIOHTTP1
import Synchronization
import Testing

@Suite("Access")
struct AccessTests {
  /// Who may use which operation: the contract, written down once more.
  private static func mayUse(_ role: Role?, _ method: String, _ path: String) -> Bool {
    if path.hasPrefix("/v1/health") || path == "/v1/openapi.json" { return true }
    guard let role else { return false }
    if method == "GET" { return true }
    if path == "/v1/routers/{id}/status" { return role != .reader }
    if path == "/v1/changes" { return role == .operator || role == .admin }
    let frame = ["/v1/regions/", "/v1/zones/", "/v1/policies/", "/v1/pools/"]
    if frame.contains(where: { path.hasPrefix($0) }) { return role == .admin }
    return role == .operator || role == .admin
  }

  @Test("Every operation takes the roles that may use it, and no other")
  func roles() async throws {
    try await TestServer.run { server in
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let api = ControlAPI(
        store: server.home.store, signal: server.home.signal, distributor: server.distributor,
        leases: try LeaseStore(path: server.home.folder.path + "/other.sqlite"),
        access: try AccessRegister(path: "none", logger: logger) { _ in AccessList([]) },
        logger: logger)
      var combinations = 0
      for route in api.routes where route.path != "/v1/events" {
        for role in [nil] + Role.allCases.map(Optional.some) {
          let path = route.path.replacing("{id}", with: "nobody")
          let answer = try await server.send(
            .init(rawValue: route.method.rawValue), path, role: role)
          let isRefused = answer.status == 401 || answer.status == 403
          let may = Self.mayUse(role, route.method.rawValue, route.path)
          #expect(
            isRefused == !may,
            "\(route.method) \(route.path) as \(role.map(\.rawValue) ?? "nobody")")
          if isRefused { #expect(answer.status == (role == nil ? 401 : 403)) }
          combinations += 1
        }
      }
      #expect(combinations == (api.routes.count - 1) * 5)
      #expect(try await server.send(.GET, "/v1/events", role: nil).status == 401)
    }
  }

  @Test("A batch needs the role of each of its resources")
  func batches() async throws {
    try await TestServer.run { server in
      let body: JSONValue = ["changes": [["put": "region/x", "resource": [:]]]]
      let refused = try await server.send(.POST, "/v1/changes", role: .operator, body)
      #expect(refused.status == 403)
      let made = try await server.send(.POST, "/v1/changes", role: .admin, body)
      #expect(made.status == 200)
    }
  }

  @Test(
    "A token that isn't one is refused",
    arguments: ["", "Bearer", "Bearer x", "Basic abc", "Bearer a b", "x"])
  func refused(_ header: String) async throws {
    try await TestServer.run { server in
      let answer = try await server.send(
        .GET, "/v1/tenants", role: nil, headers: [("Authorization", header)])
      #expect(answer.status == 401)
      #expect(answer.code == "unauthorized")
      #expect(answer.headers.first(name: "WWW-Authenticate") != nil)
    }
  }

  @Test("The token file is read again when it changes, and a bad one changes nothing")
  func file() async throws {
    let folder = try FreshFolder("shardway-control")
    let path = folder.path + "/tokens"
    let token = AccessToken.generate()
    let faults = Mutex(0)
    func write(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
    try write("good")
    let register = try AccessRegister(
      path: path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { path in
      switch try String(contentsOfFile: path, encoding: .utf8) {
      case "good":
        return AccessList(
          [
            AccessEntry(caller: Caller(name: "me", role: .reader), digest: token.digestText)
          ].compactMap { $0 })
      case "empty": return AccessList([])
      default:
        faults.withLock { $0 += 1 }
        throw CocoaError(.fileReadCorruptFile)
      }
    }
    #expect(register.caller(of: token.text)?.name == "me")
    try write("damaged")
    while faults.withLock({ $0 }) == 0 { #expect(register.caller(of: token.text) != nil) }
    #expect(register.caller(of: token.text) != nil)
    try write("empty")
    let deadline = ContinuousClock.now + .seconds(120)
    while register.caller(of: token.text) != nil, .now < deadline {
      try await Task.sleep(for: .milliseconds(2))
    }
    #expect(register.caller(of: token.text) == nil)
  }

  @Test("A token is known by its digest alone")
  func digests() throws {
    let token = AccessToken.generate()
    let entry = try #require(
      AccessEntry(caller: Caller(name: "me", role: .admin), digest: token.digestText))
    let list = AccessList([entry])
    #expect(list.caller(of: token.text) == entry.caller)
    #expect(list.caller(of: token.digestText) == nil)
    #expect(list.caller(of: token.text + "x") == nil)
    #expect(AccessEntry(caller: entry.caller, digest: "abc") == nil)
    #expect(token.text.hasPrefix(AccessToken.prefix))
    #expect(token.text.count == AccessToken.prefix.count + 43)
  }
}
