import Synchronization

/// Something that a router has done or wants, for the control plane to know.
public struct RouterEvent: Hashable, Sendable {
  /// What it is about, with the name that the control plane knows.
  public enum Kind: String, Sendable, CaseIterable {
    case tenantTightened = "tenant-tightened"
    case tenantQuarantined = "tenant-quarantined"
    case tenantReleased = "tenant-released"
    case moveRequested = "move-requested"
    case modeEntered = "mode-entered"
    case modeLeft = "mode-left"
    case overload
    case mapApplied = "map-applied"
    case mapRefused = "map-refused"
    case instanceEjected = "instance-ejected"
    case instanceReadmitted = "instance-readmitted"
    case tenantThrottled = "tenant-throttled"
    case configurationReloaded = "configuration-reloaded"
    case configurationRefused = "configuration-refused"
    case drainBegun = "drain-begun"
    case certificateRenewed = "certificate-renewed"
  }

  /// What happened.
  public var kind: Kind
  /// The tenant, or empty.
  public var tenant: String
  /// The shard, or empty.
  public var shard: String
  /// Why, for people: one line.
  public var text: String

  /// An event from its parts.
  public init(kind: Kind, tenant: String = "", shard: String = "", text: String) {
    self.kind = kind
    self.tenant = tenant
    self.shard = shard
    self.text = text
  }
}

/// Events of a router on their way to its sidecar. Off the hot path, so a lock will do.
public final class RouterOutbox: Sendable {
  /// Events held before the oldest are dropped.
  static let eventsHeld = 256

  private let waiting = Mutex<[RouterEvent]>([])

  /// An empty outbox.
  public init() {}

  /// Adds an event. Any thread may.
  public func put(_ event: RouterEvent) {
    waiting.withLock { events in
      if events.count >= Self.eventsHeld { events.removeFirst() }
      events.append(event)
    }
  }

  /// Takes all events, the oldest first.
  public func takeAll() -> [RouterEvent] {
    waiting.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
