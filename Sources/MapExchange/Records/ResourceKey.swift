internal import ShardMap

/// What a resource is. In the order in which changes are made, so that what is referred to is there
/// before what refers to it; removals go the other way.
public enum ResourceKind: String, CaseIterable, Comparable, Sendable {
  case region, zone, instance, shard, policy, pool, tenant

  private var rank: Int {
    switch self {
    case .region: 0
    case .zone: 1
    case .instance: 2
    case .shard: 3
    case .policy: 4
    case .pool: 5
    case .tenant: 6
    }
  }

  /// Whether `left` comes first.
  public static func < (left: ResourceKind, right: ResourceKind) -> Bool { left.rank < right.rank }
}

/// Which resource: its kind and its id. Ordered by kind, then by the id's bytes.
public struct ResourceKey: Hashable, Sendable {
  /// What it is.
  public let kind: ResourceKind
  /// Unique among resources of the kind.
  public let id: String

  /// A key from its parts; the id isn't checked.
  public init(kind: ResourceKind, id: String) {
    self.kind = kind
    self.id = id
  }

  /// Reads `tenant/acme`; nil when the kind is unknown or the id is none.
  public init?(_ text: some StringProtocol) {
    guard let slash = text.firstIndex(of: "/"),
      let kind = ResourceKind(rawValue: String(text[..<slash])),
      Self.isID(text[text.index(after: slash)...].utf8)
    else { return nil }
    self.init(kind: kind, id: String(text[text.index(after: slash)...]))
  }

  /// The rule that map documents have too: 1 to 63 bytes of `[a-z0-9_-]`, the first a letter or a
  /// digit.
  static func isID(_ bytes: some Collection<UInt8>) -> Bool {
    guard let first = bytes.first, bytes.count <= MapLimits.identifierBytes else { return false }
    return isLetterOrDigit(first)
      && bytes.allSatisfy {
        isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension ResourceKey: Comparable, CustomStringConvertible {
  /// Whether `left` comes first.
  public static func < (left: ResourceKey, right: ResourceKey) -> Bool {
    left.kind == right.kind
      ? left.id.utf8.lexicographicallyPrecedes(right.id.utf8) : left.kind < right.kind
  }

  /// `tenant/acme`, which the initializer reads back.
  public var description: String { "\(kind.rawValue)/\(id)" }
}
