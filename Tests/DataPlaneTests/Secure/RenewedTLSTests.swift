import Glibc
import ShardMap
import TLS
import Testing
import Wire

@testable import DataPlane

/// Authorities that change while connections to servers are there.
@Suite("Authorities of servers that are replaced", .serialized)
struct RenewedTLSTests {
  /// The server that the test plays, and a router that probes it.
  private final class Probed {
    let listener: LoopbackServer
    let router: PoolRouter
    init(_ change: (inout RouterSettings) -> Void = { _ in }) throws {
      listener = try LoopbackServer()
      let map = try PoolsMap(
        pools: [.init(id: "shared")], tenants: [.init(id: "acme", pool: "shared")],
        serverPort: listener.port
      ).compiled()
      router = try PoolRouter(map) {
        $0.serverTLS = ServerTLSSettings(clients: [RenewedTLSTests.trusting(\.authorities)])
        change(&$0)
      }
    }

    /// The next connection, with this certificate.
    func accept(_ shown: KeyPath<TestCertificates, TLSCertificate>) throws -> EncryptedPeer {
      try greet(listener.accept(), shown)
    }

    private func greet(
      _ socket: LoopbackSocket, _ shown: KeyPath<TestCertificates, TLSCertificate>
    ) throws -> EncryptedPeer {
      try #require(try socket.packet() == Packets.sslRequest)
      try socket.send([UInt8(ascii: "S")])
      let certificate = try TestCertificates.shared.get()[keyPath: shown]
      return try EncryptedPeer(
        socket, TLSContext(server: TLSContext.ServerSettings(certificates: [certificate])))
    }

    /// The next connection that is trusted; those before it are not any more, or not yet.
    func acceptTrusted(_ shown: KeyPath<TestCertificates, TLSCertificate>) throws -> EncryptedPeer {
      for _ in 0..<100 {
        let socket = try listener.accept()
        guard let peer = try? greet(socket, shown), let packet = try? peer.packet() else {
          continue
        }
        #expect(String(decoding: packet, as: UTF8.self).contains("user"))
        return peer
      }
      throw SocketFailure(call: "a connection that trusts the server")
    }
  }

  static func trusting(
    _ authorities: KeyPath<TestCertificates, TLSAuthorities>
  ) -> TLSContext.ClientSettings {
    do {
      return TLSContext.ClientSettings(
        authorities: try TestCertificates.shared.get()[keyPath: authorities])
    } catch {
      preconditionFailure("the test's certificates could not be made: \(error)")
    }
  }

  /// Answers a probe's questions until so many were asked.
  private static func answer(_ peer: EncryptedPeer, _ questions: Int) throws {
    for _ in 0..<questions {
      let head = try peer.receive(5)
      _ = try peer.receive(head[1...].reduce(0) { $0 << 8 | Int($1) } - 4)
      try peer.send(ProbeWire.answer(ProbeWire.primary))
    }
  }

  @Test("are used by the next probe, and the probe that is there goes on")
  func probes() throws {
    let probed = try Probed {
      $0.probes = .patient
      $0.probes!.interval = .milliseconds(5)
    }
    let first = try probed.acceptTrusted(\.server)
    try first.send(LoopbackSocket.welcome)
    try Self.answer(first, 2)

    let renewed = ServerTLSSettings(clients: [Self.trusting(\.strangerAuthorities)])
    probed.router.router.renewTLS(TLSMaterial(clients: nil, servers: renewed))
    try Self.answer(first, 3)

    // The server comes back with the other certificate.
    first.leave()
    let second = try probed.acceptTrusted(\.stranger)
    try second.send(LoopbackSocket.welcome)
    try Self.answer(second, 2)

    // One with the old certificate is trusted no more.
    second.leave()
    #expect(throws: (any Error).self) { _ = try probed.accept(\.server).packet() }
    withExtendedLifetime(probed) {}
  }

  @Test("hold for new connections that sessions share, in the place that their shard has then")
  func shared() throws {
    let probed = try Probed {
      $0.listeners[0].pooling = .transaction
      $0.pooling.authentication = .trust
      $0.serverTLS = ServerTLSSettings(
        clients: [Self.trusting(\.strangerAuthorities), Self.trusting(\.authorities)],
        shards: ["s1": .init(client: 1)])
    }
    let client = try probed.router.client(["user": "app", "database": "acme"])
    let first = try probed.acceptTrusted(\.server)
    try first.send(LoopbackSocket.welcome)
    _ = try client.receive(9)

    // It has its server for now, so that the next needs another one.
    let question = Packets.message("Q", Packets.text("SELECT 1"))
    try client.send(question)
    #expect(try first.receive(question.count) == question)

    // The shard has no authorities of its own any more.
    let renewed = ServerTLSSettings(clients: [Self.trusting(\.strangerAuthorities)])
    probed.router.router.renewTLS(TLSMaterial(clients: nil, servers: renewed))
    let next = try probed.router.client(["user": "app", "database": "acme"])
    // Whoever greets it has heard of the renewal before.
    _ = try next.receive(9)
    try next.send(question)
    let second = try probed.acceptTrusted(\.stranger)
    try second.send(LoopbackSocket.welcome)
    #expect(try second.receive(question.count) == question)
    withExtendedLifetime((client, next, probed)) {}
  }
}

extension EncryptedPeer {
  /// Ends the connection, as a server does that is stopped.
  fileprivate func leave() { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
}
