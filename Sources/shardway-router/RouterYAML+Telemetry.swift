import ConfigurationFile
import DataPlane
import FoundationEssentials
import Logging
import Telemetry

extension RouterYAML {
  /// Traces, and where they go.
  struct Tracing: Decodable {
    var endpoint: String
    var sample: String?
    var slow: String?
    var queue: Int?
  }

  /// The log.
  struct Log: Decodable {
    var level: String?
    var format: String?
    var perCauseASecond: Int?
  }

  /// The keys of the sections.
  static let telemetryKeys: [String: Set<String>] = [
    "tracing": ["endpoint", "sample", "slow", "queue"],
    "log": ["level", "format", "perCauseASecond"],
  ]

  /// What is configured of traces, or the first field that can't be right.
  func checkedTracing() throws(FieldError) -> TracingSettings? {
    guard let given = tracing else { return nil }
    let standard = TracingSettings.standardSampling
    let slow = try Configured.time(
      given.slow, "tracing.slow", .milliseconds(1),
      .nanoseconds(Int64(standard.slowNanoseconds)))
    var checked = TracingSettings(
      endpoint: try Self.endpoint(given.endpoint),
      sampling: TraceSampling(
        ratio: try given.sample.map { (text) throws(FieldError) in try Self.share(text) }
          ?? standard.ratio,
        slowNanoseconds: UInt64(slow / .nanoseconds(1))))
    checked.queue = try Configured.number(
      given.queue, "tracing.queue", 1...100_000, checked.queue)
    return checked
  }

  /// The collector's address; one without a path gets that of OTLP/HTTP.
  private static func endpoint(_ text: String) throws(FieldError) -> String {
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme ?? ""),
      !(url.host ?? "").isEmpty, url.query == nil, url.fragment == nil, url.user == nil
    else {
      throw FieldError(
        "tracing.endpoint",
        "\"\(text)\" is no address of a collector; write it as http://127.0.0.1:4318")
    }
    guard url.path.isEmpty || url.path == "/" else { return text }
    return text + (text.hasSuffix("/") ? "v1/traces" : "/v1/traces")
  }

  /// A share in percent, as `1%`, `0.5 %` or `0%`.
  private static func share(_ text: String) throws(FieldError) -> Double {
    let digits = text.dropLast().prefix { $0 != " " }
    guard text == "\(digits)%" || text == "\(digits) %", let percent = Double(digits),
      0...100 ~= percent
    else {
      throw FieldError("tracing.sample", "\"\(text)\" must be 0% to 100%, as 1% or 0.5%")
    }
    return percent / 100
  }

  /// How the router logs, or the first field that can't be right.
  func checkedLog() throws(FieldError) -> LogSettings {
    var checked = LogSettings()
    if let level = log?.level {
      guard let known = Logger.Level(rawValue: level) else {
        throw FieldError("log.level", "must be one of \(Configured.names(Logger.Level.allCases))")
      }
      checked.level = known
    }
    checked.format = try Configured.name(log?.format, "log.format", checked.format)
    checked.perCauseASecond = try Configured.number(
      log?.perCauseASecond, "log.perCauseASecond", 1...10_000, checked.perCauseASecond)
    return checked
  }
}
