import ConfigurationFile
import DataPlane
import Testing

@testable import shardway_router

@Suite("The configuration of limits")
struct LimitFileTests {
  private func load(_ section: String) throws -> SessionLimits {
    try RouterFile.load(sections: section).settings.limits
  }

  @Test("has a default for each, and no limit of memory")
  func defaults() throws {
    #expect(try load("") == SessionLimits())
    #expect(try load("limits: { memoryMiB: 0 }").memoryBytes == nil)
  }

  @Test("every limit arrives where it belongs")
  func everything() throws {
    var expected = SessionLimits()
    expected.clientConnections = 1_100
    expected.relayBytesPerWorker = 22 << 20
    expected.memoryBytes = 333 << 20
    expected.waitingLogins = 444
    let given =
      "{ clientConnections: 1100, relayMiBPerWorker: 22, memoryMiB: 333, waitingLogins: 444 }"
    #expect(try load("limits: \(given)") == expected)
  }

  @Test(
    "what can't be right is refused by name",
    arguments: [
      ("memoryMiB: -1", "limits.memoryMiB", ""),
      ("memoryMiB: 15", "limits.memoryMiB", "at least"),
      ("clientConnections: 100000, memoryMiB: 100", "limits.memoryMiB", "100000 sessions"),
      ("waitingLogins: 0", "limits.waitingLogins", ""),
    ])
  func refused(given: (settings: String, field: String, text: String)) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try load("limits: { \(given.settings) }")
    }
    #expect(error.text.hasPrefix(given.field) && error.text.contains(given.text))
  }

  @Test("the least memory has room for all connections at rest")
  func least() throws {
    let least = (2 * 100_000 * SessionLimits.bytesASession) >> 20 + 1
    let limits = try load("limits: { clientConnections: 100000, memoryMiB: \(least) }")
    #expect(limits.memoryBytes == least << 20)
  }
}
