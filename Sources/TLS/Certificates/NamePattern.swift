/// Server names and the patterns that stand for several.
enum NamePattern {
  /// Whether a text can be a server's name, or `*.` and one.
  static func isGood(_ name: String) -> Bool {
    let host = name.hasPrefix("*.") ? name.dropFirst(2) : name[...]
    return 1...TLSLimits.serverNameBytes ~= name.utf8.count
      && host.utf8.allSatisfy { $0 > UInt8(ascii: " ") && $0 < 0x7F && $0 != UInt8(ascii: "*") }
      && !host.hasPrefix(".") && !host.isEmpty
  }
}

/// Which certificate is shown for which server name.
struct NameTable {
  private var places: [[UInt8]: Int] = [:]

  /// A table of the names of each certificate; where two have the same, it is the first one's.
  init(_ names: [[String]]) {
    for (place, names) in names.enumerated() {
      for name in names {
        let key = Array(name.utf8)
        if places[key] == nil { places[key] = place }
      }
    }
  }

  /// The certificate for a name: exactly, else by the pattern of its parent domain, else the first.
  func place(for name: [UInt8]) -> Int {
    let name = name.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    if let place = places[name] { return place }
    guard let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { return 0 }
    return places[[UInt8(ascii: "*")] + name[dot...]] ?? 0
  }
}
