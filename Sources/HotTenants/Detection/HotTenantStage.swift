/// What is done about a tenant, the least first; each comes with all before it that its policy has.
public enum HotTenantStage: UInt8, Comparable, CaseIterable, Sendable {
  /// Nothing: it is only looked at.
  case watched
  /// Its transactions a second are cut down.
  case tightened
  /// Its new sessions go to another pool.
  case quarantined
  /// The control plane was asked to move it.
  case moveRequested

  /// The stable text, for tools.
  public var name: String {
    switch self {
    case .watched: "watched"
    case .tightened: "tightened"
    case .quarantined: "quarantined"
    case .moveRequested: "move-requested"
    }
  }

  /// The milder one first.
  public static func < (one: HotTenantStage, other: HotTenantStage) -> Bool {
    one.rawValue < other.rawValue
  }
}
