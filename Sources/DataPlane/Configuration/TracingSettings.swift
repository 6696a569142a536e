public import Telemetry

/// How requests are traced.
public struct TracingSettings: Sendable {
  /// Where the collector takes spans by OTLP/HTTP.
  public var endpoint: String
  /// Which requests are traced.
  public var sampling: TraceSampling
  /// Requests of one worker that wait to be sent; what comes beyond is dropped and counted. 1 to 100,000; each takes about 550 bytes.
  public var queue = 2048

  /// The sampling unless the configuration says otherwise: 1 %, and all that take 250 ms.
  public static let standardSampling = TraceSampling(ratio: 0.01, slowNanoseconds: 250_000_000)

  /// Names where spans go, and which.
  public init(endpoint: String, sampling: TraceSampling = TracingSettings.standardSampling) {
    self.endpoint = endpoint
    self.sampling = sampling
  }
}
