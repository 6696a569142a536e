internal import ArgumentParser

/// A share as people write it: `1/10000`, `0.0001` or `0.01%`.
struct ShareArgument: ExpressibleByArgument, Hashable, Sendable {
  /// More than 0, less than 1.
  var value: Double

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    let value: Double?
    if parts.count == 2 {
      value = Double(parts[0]).flatMap { over in Double(parts[1]).map { over / $0 } }
    } else if argument.hasSuffix("%") {
      value = Double(argument.dropLast()).map { $0 / 100 }
    } else {
      value = Double(argument)
    }
    guard let value, value > 0, value < 1 else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "1/\(NumberText.significant(1 / value, digits: 6))" }
}
