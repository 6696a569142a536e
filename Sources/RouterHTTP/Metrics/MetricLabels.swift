/// The labels of a sample, written once and used for as many as there are.
public struct MetricLabels: Sendable {
  /// No labels.
  public static let none = MetricLabels()

  let bytes: [UInt8]

  /// Labels in this order; values may be any text.
  public init(_ labels: (name: StaticString, value: String)...) {
    var bytes: [UInt8] = []
    for (name, value) in labels {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
      bytes += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
      bytes += #"=""#.utf8
      MetricsText.append(value, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    self.bytes = bytes
  }
}
