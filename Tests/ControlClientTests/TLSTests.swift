import Foundation
import LocalFleet
import Processes
import Testing

@testable import ControlClient

/// The client against a TLS server: who is trusted, and who is asked for.
@Suite struct TLSTests {
  /// A folder with a key and certificate for 127.0.0.1, another pair, and an answer for `routers`.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("control-tls-\(UUID().uuidString)")

    init() throws {
      try FileManager.default.createDirectory(
        at: url.appendingPathComponent("v1"), withIntermediateDirectories: true)
      try Data("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"items\":[]}".utf8)
        .write(to: url.appendingPathComponent("v1/routers?limit=500"))
      for name in ["server", "stranger"] {
        _ = try SelfSignedCertificate(name, for: ["IP:127.0.0.1"], in: url.path)
      }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    subscript(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// `openssl` with these arguments, in the folder.
    func start(_ arguments: [String]) throws -> ChildProcess {
      try ChildProcess(
        Launch(
          "sh",
          ["-c", "cd \(Launch.shellQuoted(url.path)) && exec openssl \"$@\"", "openssl"] + arguments
        ))
    }
  }

  struct Case: Sendable {
    var authority: String?
    var client: String?
    var isDemanded: Bool
    var isWelcome: Bool
  }

  private static let cases = [
    Case(authority: "server.crt", client: "server", isDemanded: false, isWelcome: true),
    Case(authority: "stranger.crt", client: "server", isDemanded: false, isWelcome: false),
    Case(authority: nil, client: "server", isDemanded: false, isWelcome: false),
    Case(authority: "server.crt", client: "server", isDemanded: true, isWelcome: true),
    Case(authority: "server.crt", client: nil, isDemanded: true, isWelcome: false),
  ]

  @Test(arguments: cases)
  func `only a trusted server is asked, and a client certificate is shown`(
    _ entry: Case
  ) async throws {
    let folder = try Folder()
    let port = try LoopbackPort.free()
    var arguments = [
      "s_server", "-accept", "127.0.0.1:\(port)", "-HTTP", "-quiet", "-key", folder["server.key"],
      "-cert", folder["server.crt"],
    ]
    if entry.isDemanded {
      arguments += ["-Verify", "1", "-verify_return_error", "-CAfile", folder["server.crt"]]
    }
    let server = try folder.start(arguments)
    defer { server.signal(SIGTERM) }
    let client = try ControlClient(
      ControlEndpoint(
        url: "https://127.0.0.1:\(port)",
        certificateAuthorities: entry.authority.map { folder[$0] },
        clientCertificate: entry.client.map { folder["\($0).crt"] },
        clientKey: entry.client.map { folder["\($0).key"] }),
      attempts: 1)
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      do {
        #expect(try await client.routers().isEmpty)
        #expect(entry.isWelcome)
        return
      } catch let error where Self.isOfTheMoment(error, entry) && ContinuousClock.now < deadline {
        try #require(server.isRunning, "\(server.errorOutput)")
        try await Task.sleep(for: .milliseconds(10))
      } catch {
        #expect(!entry.isWelcome && !Self.isOfTheMoment(error, entry), "\(error)")
        return
      }
    }
  }

  /// Whether an attempt failed because the server does not listen yet, or because somebody had no
  /// time to connect, to shake hands or to answer: the machine may be busy.
  private static func isOfTheMoment(_ error: any Error, _ entry: Case) -> Bool {
    switch error as? ControlClientError {
    case .timedOut: return true
    case .unreachable(_, let reason, _):
      var words = ["refused", "timeout", "no connection within"]
      // How a client without a certificate may be refused, but not how a welcome one is treated.
      if entry.isWelcome { words += ["closed", "reset"] }
      return words.contains { reason.lowercased().contains($0) }
    default: return false
    }
  }

  @Test func `files that can't be used are named`() throws {
    let folder = try Folder()
    let key = folder["server.key"]
    for endpoint in [
      ControlEndpoint(url: "https://127.0.0.1", certificateAuthorities: folder["absent"]),
      ControlEndpoint(url: "https://127.0.0.1", certificateAuthorities: key),
      ControlEndpoint(url: "https://127.0.0.1", clientCertificate: folder["server.crt"]),
    ] {
      let error = #expect(throws: ControlClientError.self) { try ControlClient(endpoint) }
      #expect("\(try #require(error))".contains(folder.url.path))
    }
  }
}
