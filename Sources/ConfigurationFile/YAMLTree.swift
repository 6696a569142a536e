internal import Yams

/// Finds the line on which a field stands.
struct YAMLLines {
  /// The file's tree; nothing if it is no YAML.
  let root: Node?

  init(_ text: String) { root = try? Yams.compose(yaml: text) }

  /// The line of the field, or of the nearest one above it that is there.
  func line(of field: String) -> Int? {
    var node = root
    var line = root?.mark?.line
    for step in field.split(whereSeparator: { ".[]".contains($0) }) {
      guard let here = node else { break }
      if let index = Int(step), let sequence = here.sequence, index < sequence.count {
        node = sequence[index]
      } else {
        line = here.mapping?.keys.first { $0.string == String(step) }?.mark?.line ?? line
        node = here.mapping?[Node(String(step))]
      }
      line = node?.mark?.line ?? line
    }
    return line
  }
}

/// Refuses keys that a mapping may not hold.
struct KnownKeys {
  private let known: [String: Set<String>]

  init(_ known: [String: Set<String>]) { self.known = known }

  /// Throws for the first unknown key of the tree.
  func check(_ root: Node?) throws(FieldError) {
    guard let mapping = root?.mapping else { throw FieldError("", "must be a mapping of settings") }
    try check(mapping, section: "", path: "")
  }

  private func check(_ mapping: Node.Mapping, section: String, path: String) throws(FieldError) {
    let names = known[section] ?? []
    for key in mapping.keys where !names.contains("*") {
      let name = key.string ?? "?"
      guard names.contains(name) else {
        throw FieldError(
          path + name, "is not a setting; known here: \(names.sorted().joined(separator: ", "))")
      }
    }
    for (key, value) in mapping {
      guard let name = key.string else { continue }
      let inner = section.isEmpty ? name : "\(section).\(name)"
      if let mapping = value.mapping {
        try check(mapping, section: inner, path: "\(path)\(name).")
      }
      for (index, item) in (value.sequence ?? []).enumerated() {
        guard let entry = item.mapping else { continue }
        try check(entry, section: inner, path: "\(path)\(name)[\(index)].")
      }
    }
  }
}
