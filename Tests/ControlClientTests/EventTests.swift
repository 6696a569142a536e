import Foundation
import Synchronization
import Testing

@testable import ControlClient

@Suite struct EventTests {
  private static let stream =
    "\u{FEFF}: hello\n\nid: 7\nevent: created\ndata: one\ndata:two\n\nevent: gone\n\n"
    + "data\r\n\r\nretry: 5\rdata: {\"a\": 1}\r\rid: 9\ndata: last\n\ndata: cut"
  private static let events = [
    ServerSentEvent(name: "created", data: "one\ntwo", id: "7"),
    ServerSentEvent(name: "message", data: "", id: "7"),
    ServerSentEvent(name: "message", data: "{\"a\": 1}", id: "7"),
    ServerSentEvent(name: "message", data: "last", id: "9"),
  ]

  @Test(arguments: [1, 2, 3, 5, 1000]) func `a stream is read however it is cut`(
    size: Int
  ) throws {
    var parser = ServerSentEventParser()
    var events: [ServerSentEvent] = []
    var rest = Array(Self.stream.utf8)[...]
    while !rest.isEmpty {
      events += try parser.receive(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    #expect(events == Self.events)
  }

  @Test func `heartbeats may go on for ever, an event may not`() throws {
    var parser = ServerSentEventParser()
    for _ in 0..<10_000 { _ = try parser.receive(Array(": heartbeat\n\n".utf8)) }
    for _ in 0..<10_000 { _ = try parser.receive(Array(":\n".utf8)) }
    let line = Array("data: \(String(repeating: "x", count: 100))\n".utf8)
    #expect(throws: ControlClientError.self) {
      for _ in 0..<1000 { _ = try parser.receive(line) }
    }
  }

  @Test func `events come once and in order, whatever happens to the stream`() async throws {
    // A log that grows by one with each look at it; the stream of hints breaks again and again.
    let looks = Mutex<UInt64>(2)
    let server = try ScriptedServer { request, place in
      guard request.target.hasPrefix("/v1/events/log") else {
        return place % 3 == 0 ? .hangUp : .stream(["id: 1\ndata: {}\n", "\n: beat\n\n"])
      }
      let head = looks.withLock { looks in
        looks += 1
        return looks
      }
      let after = request.target.split(separator: "after=").last.flatMap {
        UInt64($0.prefix { $0.isNumber })
      }
      let events = ((after ?? 0) + 1...max(head, (after ?? 0) + 1)).filter { $0 <= head }.map {
        #"{"sequence":"\#($0)","type":"dev.shardway.tenant.updated","subject":"tenant/t\#($0)"}"#
      }
      return .plain(
        200, ["Shardway-Event-Sequence": "\(head)"],
        #"{"items":[\#(events.joined(separator: ","))]}"#)
    }
    defer { server.stop() }
    struct Enough: Error {}
    let client = try ControlClient(ControlEndpoint(url: server.url))
    let seen = Mutex<[UInt64]>([])
    let interruptions = Mutex(0)
    await #expect(throws: Enough.self) {
      try await client.followEvents(after: 1) { _ in
        interruptions.withLock { $0 += 1 }
      } _: { event in
        let isEnough = seen.withLock { seen in
          seen.append(event.sequence)
          return seen.count == 12
        }
        if isEnough { throw Enough() }
      }
    }
    #expect(seen.withLock { $0 } == Array(2...13))
    #expect(interruptions.withLock { $0 } > 0)
  }

  @Test func `a refusal ends the stream`() async throws {
    let server = try ScriptedServer { request, _ in
      request.target.hasPrefix("/v1/events/log")
        ? .plain(200, [:], #"{"items":[]}"#) : .plain(403, [:], #"{"title":"Forbidden"}"#)
    }
    defer { server.stop() }
    let client = try ControlClient(ControlEndpoint(url: server.url))
    let error = try await #require(throws: ControlClientError.self) {
      try await client.followEvents(after: 0) { _ in }
    }
    #expect(error.problem?.status == 403)
  }
}
