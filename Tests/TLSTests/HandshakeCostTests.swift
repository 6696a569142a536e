import Foundation
import TLS
import Testing

/// What handshakes cost both sides together. With `SHARDWAY_HANDSHAKE_COST=1` it prints processor time by kind.
@Suite("The cost of a handshake")
struct HandshakeCostTests {
  static let isWanted = ProcessInfo.processInfo.environment["SHARDWAY_HANDSHAKE_COST"] != nil

  @Test("is less where the session is resumed", arguments: [TLSVersion.tls12, .tls13])
  func cost(version: TLSVersion) throws {
    let certificates = try Certificates.shared.get()
    // RSA, whose signature is what resuming saves.
    let server = try TLSContext(
      server: TLSContext.ServerSettings(
        certificates: [try certificates.acme.read()],
        ticketKeys: TicketKeys(lifetime: .seconds(3600)), newestVersion: version))
    let client = try TLSContext(
      client: TLSContext.ClientSettings(verification: .require, keptSessions: 1))
    let count = Self.isWanted ? 1_000 : 20
    let full = try time(count) { try shakeHands(client, server, sessionKey: nil, isResumed: false) }
    try shakeHands(client, server, sessionKey: [1], isResumed: false)
    let resumed = try time(count) {
      try shakeHands(client, server, sessionKey: [1], isResumed: true)
    }
    // By the least: whoever has the core between two calls leaves its caches cold.
    #expect(resumed.least < full.least)
    if Self.isWanted {
      print("TLS \(version.rawValue): full \(full.mean) µs, resumed \(resumed.mean) µs")
    }
  }

  private func shakeHands(
    _ client: TLSContext, _ server: TLSContext, sessionKey: [UInt8]?, isResumed: Bool
  ) throws {
    var pair = try MemoryPair(client: client, server: server, sessionKey: sessionKey)
    pair.run()
    let was = pair.server.stream.isResumed
    #expect(was == isResumed)
  }

  /// Microseconds of this thread's processor time for a call: the mean, and the least.
  private func time(
    _ count: Int, _ body: () throws -> Void
  ) throws -> (mean: Int, least: Int) {
    func now() -> Int {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }
    var times: [Int] = []
    for _ in 0..<count {
      let start = now()
      try body()
      times.append(now() - start)
    }
    return (times.reduce(0, +) / count, times.min() ?? 0)
  }
}
