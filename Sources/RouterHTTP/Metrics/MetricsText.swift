internal import Telemetry

/// Metrics as Prometheus reads them: families one after the other, each with its type and its help
/// once, written as bytes because a scrape has tens of thousands of lines.
///
/// A family is begun with ``family(_:_:_:)``, and its samples follow.
public struct MetricsText {
  /// The form that is written.
  public enum Format: Sendable {
    /// Prometheus text, version 0.0.4.
    case prometheus
    /// OpenMetrics, version 1.0.0.
    case openMetrics

    /// What the answer says that it is.
    public var contentType: String {
      switch self {
      case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
      case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
      }
    }

    /// The form that a client's Accept header asks for: OpenMetrics where it is named.
    public init(accept: String?) {
      self = accept?.contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
    }
  }

  /// What the samples of a family are.
  public enum Kind: String, Sendable {
    case counter, gauge, histogram
  }

  /// The form that is written.
  public let format: Format
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []
  private var name: [UInt8] = []
  private var kind = Kind.gauge

  /// Nothing written; room for `expectedBytes` is reserved at once.
  public init(_ format: Format, expectedBytes: Int = 64 << 10) {
    self.format = format
    bytes.reserveCapacity(expectedBytes)
  }

  /// Begins a family.
  ///
  /// - Parameters:
  ///   - name: with its unit; a counter's without `_total`, which its samples get.
  ///   - kind: what its samples are.
  ///   - help: one sentence.
  public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    self.name = Array(name.utf8)
    self.kind = kind
    // In the older form the family of a counter is called as its samples are.
    let isTotal = kind == .counter && format == .prometheus
    for (word, text) in [("HELP", help), ("TYPE", kind.rawValue)] {
      put("# \(word) ")
      bytes += self.name
      if isTotal { put("_total") }
      bytes.append(UInt8(ascii: " "))
      Self.append(text, escapingQuotes: false, to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// A sample of the family, of a counter or a gauge.
  public mutating func sample(_ value: MetricValue, _ labels: MetricLabels = .none) {
    bytes += name
    if kind == .counter { put("_total") }
    if !labels.bytes.isEmpty {
      bytes.append(UInt8(ascii: "{"))
      bytes += labels.bytes
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: " "))
    value.append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// A sample of the family with one label.
  public mutating func sample(_ value: MetricValue, _ label: StaticString, _ text: String) {
    sample(value, MetricLabels((label, text)))
  }

  /// A sample of the family that is a histogram.
  mutating func sample(_ counts: HistogramCounts, _ labels: MetricLabels, _ lines: HistogramText) {
    lines.write(counts, labels, to: &bytes)
  }

  /// Ends the text.
  public mutating func finish() {
    if format == .openMetrics { put("# EOF\n") }
  }

  private mutating func put(_ text: String) { bytes += text.utf8 }

  /// A text as the format wants it: backslash and end of line are escaped, and in a label's value
  /// quotes, too.
  static func append(_ text: String, escapingQuotes: Bool = true, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
      case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
      case UInt8(ascii: "\"") where escapingQuotes: bytes += #"\""#.utf8
      default: bytes.append(byte)
      }
    }
  }
}
