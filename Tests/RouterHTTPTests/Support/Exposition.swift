/// What a scrape says, read back strictly: whatever is not as the format has it, is told.
struct Exposition {
  struct Family {
    var type = ""
    var help = ""
    /// Values by name and labels, as they are written.
    var samples: [String: String] = [:]
  }

  private(set) var families: [String: Family] = [:]
  private(set) var faults: [String] = []
  private(set) var sampleCount = 0

  init(_ text: String) {
    var current = ""
    if !text.hasSuffix("\n") { faults.append("the last line doesn't end") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# HELP ") {
        current = words[2]
        if families[current] != nil { faults.append("told twice: \(current)") }
        families[current, default: Family()].help = words.count > 3 ? words[3] : ""
      } else if line.hasPrefix("# TYPE ") {
        if words[2] != current { faults.append("a type without help: \(line)") }
        families[current]?.type = words[3]
      } else if line != "# EOF" {
        read(String(line), in: current)
      }
    }
  }

  private mutating func read(_ line: String, in family: String) {
    guard let blank = line.lastIndex(of: " "), line.hasPrefix(family) else {
      return faults.append("not of \(family): \(line)")
    }
    let key = String(line[..<blank])
    let value = String(line[line.index(after: blank)...])
    if families[family]?.samples[key] != nil { faults.append("told twice: \(key)") }
    if Double(value) == nil { faults.append("no number: \(line)") }
    families[family]?.samples[key] = value
    sampleCount += 1
  }

  /// The value of a sample, by its name and labels as they are written.
  subscript(key: String) -> Double? {
    let name = key.prefix { $0 != "{" }
    for (family, content) in families where name.hasPrefix(family) {
      if let value = content.samples[key] { return Double(value) }
    }
    return nil
  }
}
