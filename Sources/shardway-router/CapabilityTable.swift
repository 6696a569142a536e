import Uring

/// What the kernel can do, for a person.
struct CapabilityTable {
  let text: String

  init(_ capabilities: Capabilities) {
    let rows = Capabilities.Feature.allCases.map { feature in
      let name = feature.rawValue.padding(to: 22)
      return capabilities.has(feature)
        ? "\(name)yes" : "\(name)no, needs Linux \(feature.since); instead: \(feature.fallback)"
    }
    text = (["Linux \(capabilities.kernelRelease), io_uring:"] + rows).joined(separator: "\n  ")
  }
}

extension String {
  /// Padded with blanks.
  fileprivate func padding(to count: Int) -> String {
    self + String(repeating: " ", count: max(0, count - self.count))
  }
}
