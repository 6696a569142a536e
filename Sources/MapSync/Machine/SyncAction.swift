public import ShardMap

/// Something that a sidecar is to do.
public enum SyncAction: Hashable, Sendable {
  /// Ask a control plane.
  case request(SyncRequest)
  /// Give up a request; its answer isn't wanted any more.
  case cancel(RequestID)
  /// Verify what a request brought, keep it, compile it and publish it; then say how that went.
  case apply(RequestID)
  /// Compile and publish the map whose records are at hand; then say how that went.
  case publish(RequestID)
  /// Throw away what a request brought.
  case discard(RequestID)
  /// Read the stream of events of this control plane from behind this event.
  case openEvents(controlPlane: Int, after: UInt64)
  /// Stop reading events.
  case closeEvents
  /// Tell the routers.
  case stamp(SidecarStatement)
  /// Tell people: a line for the log.
  case note(SyncNote)
}

/// A question to a control plane.
public struct SyncRequest: Hashable, Sendable {
  /// What is asked for.
  public enum Kind: Hashable, Sendable {
    /// What has changed since this version; waiting so long for a change.
    case delta(from: UInt64, wait: Duration)
    /// Everything.
    case snapshot
  }

  /// Its number.
  public var id: RequestID
  /// The place of the control plane in the configuration.
  public var controlPlane: Int
  /// What is asked for.
  public var kind: Kind
}

/// Something worth telling people.
public enum SyncNote: Hashable, Sendable {
  /// A newer map is in use.
  case published(MapEdition, from: UInt64?)
  /// A control plane answers again, after so many failures.
  case reached(controlPlane: Int, failures: Int)
  /// No usable answer.
  case unreachable(controlPlane: Int, SyncRefusal)
  /// An answer that must not be used.
  case refused(controlPlane: Int, SyncRefusal)
  /// This machine could not publish.
  case notPublished(SyncRefusal)
  /// A snapshot is asked for, because of this.
  case needsSnapshot(String)
}
