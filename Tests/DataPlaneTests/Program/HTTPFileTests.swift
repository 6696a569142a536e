import ConfigurationFile
import DataPlane
import ShardMap
import Telemetry
import Testing

@testable import shardway_router

@Suite("The configuration of the HTTP server")
struct HTTPFileTests {
  private func load(_ sections: String) throws -> RouterSettings {
    try RouterFile.load(sections: sections).settings
  }

  @Test("may be left out: then there is no server")
  func none() throws {
    #expect(try load("").http == nil)
  }

  @Test("names an address, and has buckets of its own")
  func address() throws {
    var expected = HTTPSettings(address: .loopback(6435))
    #expect(try load(#"http: { address: "127.0.0.1:6435" }"#).http == expected)
    expected.bounds = HistogramBounds(nanoseconds: [500_000, 2_000_000, 1_000_000_000])
    #expect(
      try load(#"http: { address: "127.0.0.1:6435", latencyBuckets: [500us, 2ms, 1s] }"#).http
        == expected)
  }

  /// A section that can't be right, and the field that the error names.
  private static let faults: [(section: String, field: String)] = [
    (#"http: { address: "localhost:80" }"#, "http.address"),
    (#"http: { address: "127.0.0.1:6432" }"#, "http.address"),
    (#"http: { address: "127.0.0.1:1", port: 2 }"#, "http.port"),
    (#"http: { address: "127.0.0.1:1", latencyBuckets: [] }"#, "http.latencyBuckets"),
    (#"http: { address: "127.0.0.1:1", latencyBuckets: [1ms, 1ms] }"#, "http.latencyBuckets[1]"),
    (#"http: { address: "127.0.0.1:1", latencyBuckets: [0ms] }"#, "http.latencyBuckets[0]"),
    (#"http: { address: "127.0.0.1:1", latencyBuckets: [2h] }"#, "http.latencyBuckets[0]"),
    (#"http: { address: "127.0.0.1:1", latencyBuckets: [fast] }"#, "http.latencyBuckets[0]"),
  ]

  @Test("is refused with the field that is wrong", arguments: faults)
  func telling(section: String, field: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try load(section) }
    #expect(error.text.hasPrefix("\(field):"), "\(error)")
  }
}
