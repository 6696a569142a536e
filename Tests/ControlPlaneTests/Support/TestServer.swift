import AsyncHTTPClient
import ControlPlane
import Files
import Foundation
import Hummingbird
import Logging
import MapExchange
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// A server on loopback with a store of its own and a token for each role.
struct TestServer: Sendable {
  let home: TemporaryStore
  let url: String
  let signer: SealSigner
  let distributor: MapDistributor

  static let key = SigningKey.generate()
  static let tokens = Dictionary(
    uniqueKeysWithValues: Role.allCases.map { ($0, AccessToken.generate().text) })

  /// What a receiver needs to believe this server.
  static var verifier: SealVerifier { SealVerifier(trusted: [key.publicKey]) }

  /// Runs `body` with a server, and stops it.
  static func run(
    limits: ServerLimits = ServerLimits(), deltaLimit: Int = ControlLimits.deltaResources,
    _ body: @Sendable (TestServer) async throws -> Void
  ) async throws {
    let home = try await TemporaryStore()
    let signer = SealSigner(privateKeys: [key])
    let distributor = MapDistributor(store: home.store, signer: signer, deltaLimit: deltaLimit)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let api = ControlAPI(
      store: home.store, signal: home.signal, distributor: distributor,
      leases: try LeaseStore(path: home.folder.path + "/routers.sqlite"),
      access: try AccessRegister(path: "none", logger: logger) { _ in accessList }, limits: limits,
      logger: logger)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let application = try ControlServer(api, host: "127.0.0.1", port: 0).application {
      port.yield($0)
    }
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      guard let number = await ports.first(where: { _ in true }) else { throw CancellationError() }
      let server = TestServer(
        home: home, url: "http://127.0.0.1:\(number)", signer: signer, distributor: distributor)
      do {
        try await body(server)
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private static var accessList: AccessList {
    AccessList(
      tokens.compactMap { role, token in
        AccessEntry(
          caller: Caller(name: role.rawValue, role: role),
          digest: AccessToken(text: token).digestText)
      })
  }

  /// Sends a request and reads the whole answer.
  func send(
    _ method: HTTPMethod, _ path: String, role: Role? = .admin, _ body: JSONValue? = nil,
    headers: [(String, String)] = []
  ) async throws -> TestAnswer {
    try await Self.send(method, url + path, role: role, body?.canonical, headers: headers)
  }

  static func send(
    _ method: HTTPMethod, _ url: String, role: Role? = .admin, token: String? = nil,
    _ body: [UInt8]? = nil, headers: [(String, String)] = []
  ) async throws -> TestAnswer {
    var request = HTTPClientRequest(url: url)
    request.method = method
    if let token = token ?? role.flatMap({ tokens[$0] }) {
      request.headers.add(name: "Authorization", value: "Bearer \(token)")
    }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
    let bytes = try await response.body.collect(upTo: 64 << 20)
    return TestAnswer(
      status: Int(response.status.code), headers: response.headers,
      body: Array(bytes.readableBytesView))
  }
}

/// An answer.
struct TestAnswer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: [UInt8]

  var json: JSONValue { (try? JSONValue(json: body)) ?? .null }
  var code: String? { json["code"]?.text }
  var etag: String? { headers.first(name: "ETag") }
  var text: String { String(decoding: body, as: UTF8.self) }
}
