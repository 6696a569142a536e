internal import ControlClient
internal import MapExchange

/// Resources as people read them.
enum ResourceTable {
  /// The fields of a kind, in the order of their columns; `version` is the control plane's count of
  /// changes.
  static func columns(of kind: ResourceKind) -> [String] {
    switch kind {
    case .tenant:
      [
        "id", "shard", "database", "pool", "policy", "state", "mode", "modeUntil", "generation",
        "version",
      ]
    case .shard:
      ["id", "primary", "replicas", "mode", "modeUntil", "modeCause", "epoch", "version"]
    case .instance: ["id", "zone", "address", "version"]
    case .policy:
      [
        "id", "tier", "readTier", "pooling", "boundedFallback", "primaryReadBudgetPercent",
        "freshness", "envelope", "degradation", "hotTenant", "label", "version",
      ]
    case .pool:
      ["id", "dedicated", "foreign", "routers", "routersPerTenant", "addresses", "version"]
    case .region: ["id", "version"]
    case .zone: ["id", "region", "version"]
    }
  }

  /// A heading and a row for each resource.
  static func rows(_ resources: [ControlResource], of kind: ResourceKind) -> [[String]] {
    let columns = columns(of: kind)
    return [columns]
      + resources.map { resource in columns.map { cell(resource, column: $0) } }
  }

  /// A field a line, with those this program doesn't know at the end.
  static func lines(_ resource: ControlResource) -> [[String]] {
    let known = columns(of: resource.key.kind)
    let others = resource.fields.keys.filter { !known.contains($0) }.sorted()
    return (known + others).map { [$0, cell(resource, column: $0)] }
  }

  private static func cell(_ resource: ControlResource, column: String) -> String {
    if column == "version" { return "\(resource.version)" }
    return resource.fields[column].map { text(of: $0) } ?? "–"
  }

  /// A value in one cell: lists with commas, freshness as `routing 30s/12h`, objects as JSON.
  static func text(of value: JSONValue) -> String {
    switch value {
    case .null: return "–"
    case .string(let text): return text
    case .array(let elements):
      return elements.isEmpty ? "–" : elements.map { text(of: $0) }.joined(separator: ",")
    case .object(let fields):
      let bounds = fields.sorted { $0.key < $1.key }.compactMap { name, bound -> String? in
        guard let ttl = bound["ttl"]?.string, let end = bound["maxStale"]?.string else {
          return nil
        }
        return "\(name) \(ttl)/\(end)"
      }
      return bounds.count == fields.count ? bounds.joined(separator: ", ") : value.text
    case .boolean, .integer, .number: return value.text
    }
  }

  /// A resource as the control plane answers it.
  static func json(_ resource: ControlResource) -> JSONValue {
    var fields = resource.fields
    fields["version"] = .integer(Int64(clamping: resource.version))
    return .object(fields)
  }
}
