import AdminConsole
import ShardMap
import Synchronization
public import Telemetry

/// What the admin console is given by the router and shares with it.
final class AdminContext: Sendable {
  let settings: AdminSettings
  let router: RouterSettings
  let lifecycle: Lifecycle
  /// The configuration in force.
  let configuration: ConfigurationKeeper
  let workers: [WorkerContext]
  let mapSlot: MapSlot
  let freshness: FreshnessSlot
  let applied: @Sendable () -> AppliedMap?
  /// Where it can be read what tenants do.
  let tenants: TenantInbox
  /// Where the workers listen, in the order of the settings.
  let addresses: [SocketAddress]
  /// Where workers answer; its doorbell wakes the console for anything.
  let inbox = AdminInbox()
  let report = AdminReport()
  private let stopIsOrdered = Atomic<Bool>(false)

  init(
    settings: AdminSettings, router: RouterSettings, lifecycle: Lifecycle,
    workers: [WorkerContext], mapSlot: MapSlot,
    freshness: FreshnessSlot, addresses: [SocketAddress],
    applied: @escaping @Sendable () -> AppliedMap?, configuration: ConfigurationKeeper
  ) {
    self.settings = settings
    self.router = router
    self.lifecycle = lifecycle
    self.workers = workers
    tenants = workers.first?.inbox ?? TenantInbox()
    self.mapSlot = mapSlot
    self.freshness = freshness
    self.addresses = addresses
    self.applied = applied
    self.configuration = configuration
  }

  /// Who may use the console now.
  var access: AdminAccess { configuration.edition.settings.admin?.access ?? settings.access }

  var catalog: AdminCatalog {
    AdminCatalog(version: settings.version, counters: WorkerCounter.allCases.map(\.name))
  }

  /// Tells the console to end its connections and stop. Any thread may.
  func orderStop() {
    stopIsOrdered.store(true, ordering: .releasing)
    inbox.doorbell.ring()
  }

  var isToStop: Bool { stopIsOrdered.load(ordering: .acquiring) }
}

/// Something at the admin console that a person may want to read of.
public struct AdminEvent: Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// A user is in.
    case loggedIn
    /// A user was not let in; whether it has tried a password.
    case rejected(isGuess: Bool)
    /// An order, as it was understood, begins.
    case ordered(String)
    /// An order is over; how.
    case ended(String, outcome: String)
    /// Accepting failed.
    case acceptFailed(errno: Int32)
  }

  /// What happened.
  public let kind: Kind
  /// Who did it; empty where nobody did.
  public let user: String
  /// From where; nil where that can't be told.
  public let address: String?
}

/// The console's events, for another thread to read.
public final class AdminReport: Sendable {
  /// Events the queue holds before it drops.
  static let eventsHeld = 1024

  /// The events, oldest first.
  public let events = EventQueue<AdminEvent>(capacity: AdminReport.eventsHeld)

  /// An empty report.
  init() {}
}
