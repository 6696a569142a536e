import DataPlane
import Glibc
import ShardMap
import Testing
import Threads

@testable import shardway_router

@Suite("Whether servers answer", .serialized)
struct ReachabilityTests {
  /// Plays a server that answers one question with these bytes, on a thread of its own.
  private static func playing(_ answer: [UInt8]) throws -> (LoopbackServer, SocketAddress) {
    let server = try LoopbackServer()
    let thread = try JoinableThread {
      guard let client = try? server.accept(), (try? client.receive(8)) != nil else { return }
      try? client.send(answer)
    }
    thread.detach()
    return (server, .loopback(server.port))
  }

  @Test("each server is asked, and its answer is told")
  func answers() throws {
    let cases: [([UInt8], Reachability.Answer)] = [
      ([UInt8(ascii: "S")], .speaks(offersTLS: true)),
      ([UInt8(ascii: "N")], .speaks(offersTLS: false)),
      (Array("HTTP/1.1 400".utf8), .strange),
    ]
    let servers = try cases.map { try Self.playing($0.0) }
    let found = Reachability.answers(of: servers.map(\.1), within: .seconds(20))
    #expect(found == cases.map(\.1))
  }

  @Test("one that says nothing, or isn't there, is told from the others")
  func absent() throws {
    let silent = try LoopbackServer()
    #expect(
      Reachability.answers(of: [.loopback(silent.port)], within: .milliseconds(200)) == [.silent])
    #expect(
      Reachability.answers(of: [.loopback(1)], within: .seconds(20))
        == [.failed(errno: ECONNREFUSED)])
  }

  @Test("servers that expect a PROXY header get one first, which says that the router itself asks")
  func announced() throws {
    // Version 2, LOCAL, without addresses; then an SSLRequest.
    let expected: [UInt8] = [
      0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x20, 0x00, 0, 0,
      0, 0, 0, 8, 4, 210, 22, 47,
    ]
    var servers = ServerSettings()
    #expect(servers.ownAnnouncement.isEmpty)
    servers.announcement = .version2
    let server = try LoopbackServer()
    let thread = try JoinableThread {
      guard let client = try? server.accept(),
        let bytes = try? client.receive(expected.count), bytes == expected
      else { return }
      try? client.send([UInt8(ascii: "S")])
    }
    thread.detach()
    let found = Reachability.answers(
      of: [.loopback(server.port)], beginningWith: servers.ownAnnouncement, within: .seconds(20))
    #expect(found == [.speaks(offersTLS: true)])
  }

  @Test("findings name what is wrong, and count what is many")
  func findings() {
    let good = ShardCheck.Server(
      name: "a", address: "127.0.0.1:1", answer: .speaks(offersTLS: false))
    let gone = (0..<30).map {
      ShardCheck.Server(
        name: "b\($0)", address: "127.0.0.1:2", answer: .failed(errno: ECONNREFUSED))
    }
    let plain = ShardCheck(servers: [good] + gone, wantsTLS: false).findings
    #expect(plain[0].fact == "1 of 31 answer" && plain.count == 2 + ShardCheck.namedServers)
    #expect(plain[1].verdict == .failure && plain[1].fact.contains("Connection refused"))
    let encrypted = ShardCheck(servers: [good], wantsTLS: true).findings
    #expect(encrypted.map(\.verdict) == [.failure])
  }
}
