public import ShardMap

/// How a fleet's control plane and sidecar are run.
public struct FleetControlOptions: Sendable {
  /// The path of the `shardway-control` program; a relative one starts at this process's folder.
  public var control: String
  /// The path of the `shardway-sidecar` program.
  public var sidecar: String
  /// Port of the control plane; 0 takes a free one.
  public var port: UInt16 = 0
  /// From one poll of the sidecar to the next.
  public var pollInterval: Duration = .seconds(2)
  /// Whether the sidecar is told of changes: by a held request and by events.
  public var hearsOfChanges = true
  /// How old the map may become, in the policy of all tenants.
  public var freshness = FreshnessRules.standard

  /// A control plane and a sidecar from these programs.
  public init(control: String, sidecar: String) {
    self.control = control
    self.sidecar = sidecar
  }
}
