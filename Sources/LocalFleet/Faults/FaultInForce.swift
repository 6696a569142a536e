/// Something of a fleet that is broken now.
public struct FaultInForce: Sendable {
  /// What can be broken by one fault at a time.
  enum Subject: Hashable, Sendable {
    case controlPlane
    case sidecar
    case router
    /// The replaying of a shard's replica.
    case replay(shard: String)
    /// A shard's servers and who is its primary.
    case servers(shard: String)

    /// As a sentence names it.
    var title: String {
      switch self {
      case .controlPlane: "the control plane"
      case .sidecar: "the sidecar"
      case .router: "the router"
      case .replay(let shard): "the replay of \(shard)'s replica"
      case .servers(let shard): "shard \(shard)"
      }
    }
  }

  let fleet: FleetUnderLoad
  let subject: Subject

  /// Mends it; does nothing when that is done already.
  ///
  /// - Throws: `FleetError` of what could not be started or asked; it counts as mended then, too,
  ///   so that the next fault of this kind can begin.
  public func end() async throws(FleetError) { try await fleet.mend(subject) }
}
