public import MapExchange

/// Why a change is not made. Nothing was written.
public enum Refusal: Error, Hashable, Sendable {
  /// A field is missing, mistyped, unknown or out of range; the path is like `freshness.routing.ttl`.
  case invalid(ResourceKey, path: String, reason: String)
  /// A field that the server keeps has another value.
  case serverManaged(ResourceKey, field: String, given: Int64, expected: UInt64)
  /// It names a resource that isn't there.
  case unknownReference(ResourceKey, field: String, ResourceKey)
  /// It can't go: others name it.
  case inUse(ResourceKey, by: [ResourceKind: Int])
  /// Another resource has what only one may have.
  case taken(ResourceKey, Claim, by: ResourceKey)
  /// It isn't there.
  case notFound(ResourceKey)
  /// It is there already.
  case exists(ResourceKey, version: Int64)
  /// It has another version.
  case conflict(ResourceKey, expected: Int64?, current: Int64?)
  /// It is there, and the writer didn't say which version it means.
  case conditionRequired(ResourceKey, version: Int64)
  /// The fleet has as many of the kind as a map can hold.
  case limitReached(ResourceKind, limit: Int)

  /// A stable name for programs.
  public var code: String {
    switch self {
    case .invalid: "invalid-resource"
    case .serverManaged: "server-managed-field"
    case .unknownReference: "unknown-reference"
    case .inUse: "in-use"
    case .taken: "already-taken"
    case .notFound: "not-found"
    case .exists: "already-exists"
    case .conflict: "version-conflict"
    case .conditionRequired: "condition-required"
    case .limitReached: "limit-reached"
    }
  }

  /// The resource's version when it is the reason.
  public var currentVersion: Int64? {
    switch self {
    case .exists(_, let version), .conditionRequired(_, let version): version
    case .conflict(_, _, let current): current
    default: nil
    }
  }
}

extension Refusal: CustomStringConvertible {
  /// What happened, to what, why, and what to do.
  public var description: String {
    switch self {
    case .invalid(let key, let path, let reason):
      path.isEmpty ? "\(key): \(reason)" : "\(key): \(path): \(reason)"
    case .serverManaged(let key, let field, let given, let expected):
      "\(key): \(field) is \(given), and the server has \(expected); leave the field out"
    case .unknownReference(let key, let field, let other):
      "\(key): \(field): there is no \(other); create it first, or name one that exists"
    case .inUse(let key, let referrers):
      "\(key) can't be deleted: it is named by \(Self.text(referrers)); change or delete those first"
    case .taken(let key, let claim, let holder):
      "\(key): \(claim) belongs to \(holder) already"
    case .notFound(let key): "there is no \(key)"
    case .exists(let key, let version):
      "\(key) is there already, with version \(version)"
    case .conflict(let key, let expected, let current?):
      "\(key) has version \(current), not \(expected ?? 0): read it again and decide again"
    case .conflict(let key, let expected, nil):
      "\(key) is not there, and \(expected.map { "version \($0)" } ?? "any version") was expected"
    case .conditionRequired(let key, let version):
      "\(key) is there with version \(version): send If-Match with the version you mean, or * for any"
    case .limitReached(let kind, let limit):
      "the fleet has \(limit) resources of the kind \(kind.rawValue), and no more fit a map"
    }
  }

  private static func text(_ referrers: [ResourceKind: Int]) -> String {
    referrers.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { "\($0.value) \($0.key.rawValue)\($0.value == 1 ? "" : "s")" }
      .joined(separator: " and ")
  }
}

/// A refusal of one change of a batch.
public struct BatchRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Place of the change, from 0.
  public let index: Int
  /// Why it was refused.
  public let refusal: Refusal

  /// The place and the reason in one line.
  public var description: String { "changes[\(index)]: \(refusal)" }
}
