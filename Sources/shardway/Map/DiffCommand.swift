import ArgumentParser
import MapDocument
import ShardMap

/// `shardway map diff`
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Tell what differs between two maps.",
    discussion: """
      Each of the two may be a document or a compiled map. Resources are compared by kind and id, whatever their \
      order; the map's version, time and root are shown and don't count.

      Exit status: 0 no resource differs; 1 some do; 2 a file can't be read or is damaged.

      EXAMPLES
        shardway map diff map-in-force.json map.json
        shardway map diff /var/lib/shardway/map.swmap map.json --json
      """)

  @Argument(help: "The map before: a document or a compiled file.", completion: .file())
  var old: String

  @Argument(help: "The map after: a document or a compiled file.", completion: .file())
  var new: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = MapDiffReport(from: try ComparedMap.read(old), to: try ComparedMap.read(new))
    if json {
      try CommandOutput.printJSON(report)
    } else {
      print(report.text)
    }
    if !report.diff.isEmpty { throw ExitCode.negative }
  }
}

/// What `diff` tells.
struct MapDiffReport: Encodable {
  let old: ComparedMap
  let new: ComparedMap
  let diff: MapDiff

  init(from old: ComparedMap, to new: ComparedMap) {
    self.old = old
    self.new = new
    diff = MapDiff(from: old.document, to: new.document)
  }

  var text: String {
    var lines = [
      "map version  \(change(\.document.mapVersion.description))",
      "issued       \(change(\.document.issuedAt.description))",
      "root         \(change { $0.root?.description ?? "none" })",
    ]
    for (sign, entries) in [("+", diff.added), ("-", diff.removed), ("~", diff.changed)] {
      for entry in entries {
        let fields = entry.fields.map { field in
          "\(field.name) "
            + [field.old, field.new].compactMap(\.self).map(Self.visible)
            .joined(separator: " → ")
        }
        lines.append(([sign, entry.key] + [fields.joined(separator: "; ")]).joined(separator: " "))
      }
    }
    lines.append(
      diff.isEmpty
        ? "no resource differs"
        : "\(diff.added.count) added, \(diff.removed.count) removed, \(diff.changed.count) changed")
    return lines.joined(separator: "\n")
  }

  private func change(_ value: (ComparedMap) -> String) -> String {
    let (before, after) = (value(old), value(new))
    return before == after ? before : "\(before) → \(after)"
  }

  private static func visible(_ value: String) -> String { value.isEmpty ? "none" : value }

  private enum CodingKeys: String, CodingKey {
    case from, to, added, removed, changed
  }

  private struct Side: Encodable {
    let path: String
    let mapVersion: UInt64
    let issuedAt: String
    let root: String?

    init(_ map: ComparedMap) {
      path = map.path
      mapVersion = map.document.mapVersion
      issuedAt = map.document.issuedAt.description
      root = map.root?.description
    }
  }

  private struct Resource<Value: Encodable>: Encodable {
    let key: String
    let fields: [String: Value]

    init(_ entry: MapDiff.Entry, _ value: (MapDiff.Field) -> Value) {
      key = entry.key
      fields = Dictionary(uniqueKeysWithValues: entry.fields.map { ($0.name, value($0)) })
    }
  }

  private struct Change: Encodable {
    let from: String?
    let to: String?
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Side(old), forKey: .from)
    try container.encode(Side(new), forKey: .to)
    try container.encode(diff.added.map { Resource($0, \.new) }, forKey: .added)
    try container.encode(diff.removed.map { Resource($0, \.old) }, forKey: .removed)
    try container.encode(
      diff.changed.map { Resource($0) { Change(from: $0.old, to: $0.new) } }, forKey: .changed)
  }
}
