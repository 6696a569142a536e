/// Pairs of measured and proven ages, evenly chosen of all: each second is dropped whenever there
/// are too many.
struct StalenessSamples: Sendable {
  private(set) var measured: [Double] = []
  private(set) var proven: [Double] = []
  private let limit: Int
  /// Every so many are kept.
  private var stride = 1
  /// How many are passed over before the next that is kept.
  private var skips = 0

  init(limit: Int) { self.limit = limit }

  /// Adds a pair of ages, in milliseconds.
  mutating func append(measured: Double, proven: Double) {
    if skips > 0 {
      skips -= 1
      return
    }
    if self.measured.count == limit {
      Self.halve(&self.measured)
      Self.halve(&self.proven)
      stride *= 2
    }
    self.measured.append(measured)
    self.proven.append(proven)
    skips = stride - 1
  }

  /// Drops all; what is added next is kept.
  mutating func removeAll() { self = StalenessSamples(limit: limit) }

  /// Drops every second value, the first stays.
  static func halve(_ values: inout [Double]) {
    for place in 0..<(values.count + 1) / 2 { values[place] = values[2 * place] }
    values.removeLast(values.count / 2)
  }
}
