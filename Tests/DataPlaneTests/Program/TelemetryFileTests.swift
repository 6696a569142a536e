import ConfigurationFile
import DataPlane
import Logging
import Telemetry
import Testing

@testable import shardway_router

@Suite("The configuration of traces and of the log")
struct TelemetryFileTests {
  @Test("may be left out: then nothing is traced, and the log is text for people")
  func defaults() throws {
    let file = try RouterFile.load(sections: "")
    #expect(file.settings.tracing == nil)
    #expect(file.log.level == .info && file.log.format == .text && file.log.perCauseASecond == 20)
  }

  @Test("every setting arrives where it belongs")
  func everything() throws {
    let file = try RouterFile.load(
      sections:
        """
        tracing: { endpoint: "http://127.0.0.1:4318/own", sample: 0.5%, slow: 2s, queue: 7 }
        log: { level: debug, format: json, perCauseASecond: 3 }
        """)
    let tracing = try #require(file.settings.tracing)
    #expect(tracing.endpoint == "http://127.0.0.1:4318/own" && tracing.queue == 7)
    #expect(tracing.sampling == TraceSampling(ratio: 0.005, slowNanoseconds: 2_000_000_000))
    #expect(file.log.level == .debug && file.log.format == .json && file.log.perCauseASecond == 3)
  }

  @Test(
    "an endpoint without a path gets that of OTLP/HTTP",
    arguments: ["http://collector:4318", "http://collector:4318/"])
  func endpoint(text: String) throws {
    let tracing = try RouterFile.load(sections: "tracing: { endpoint: \"\(text)\" }").settings
      .tracing
    #expect(tracing?.endpoint == "http://collector:4318/v1/traces")
    #expect(tracing?.sampling == TracingSettings.standardSampling)
  }

  @Test(
    "what can't be right is said with its field",
    arguments: [
      ("tracing: { endpoint: \"127.0.0.1:4318\" }", "tracing.endpoint"),
      ("tracing: { endpoint: \"ftp://host\" }", "tracing.endpoint"),
      ("tracing: { endpoint: \"http://user:secret@host\" }", "tracing.endpoint"),
      ("tracing: { endpoint: \"http://h\", sample: \"1\" }", "tracing.sample"),
      ("tracing: { endpoint: \"http://h\", sample: 101% }", "tracing.sample"),
      ("tracing: { endpoint: \"http://h\", slow: 0s }", "tracing.slow"),
      ("tracing: { endpoint: \"http://h\", queue: 0 }", "tracing.queue"),
      ("log: { level: loud }", "log.level"), ("log: { format: xml }", "log.format"),
      ("log: { perCauseASecond: 0 }", "log.perCauseASecond"),
    ])
  func wrong(text: String, field: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(sections: text)
    }
    #expect(error.description.contains(field))
    #expect(error.line == 4)
  }
}
