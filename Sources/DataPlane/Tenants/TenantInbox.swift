public import HotTenants
public import Routing
import ShardMap
import Synchronization

/// Where workers leave what they have measured of their tenants, four times a second, and where what was made of it can be read.
/// Off the hot path, so a lock will do.
public final class TenantInbox: Sendable {
  /// What one worker saw in one window, by one map.
  struct Entry: Sendable {
    let window: TenantWindow
    let map: CompiledMap
  }

  /// Windows held before the oldest are dropped: nobody takes them.
  private static let windowsHeld = 1024

  private let entries = Mutex<[Entry]>([])
  private let report = Mutex(TenantReport())

  /// An empty inbox.
  public init() {}

  /// Leaves a window. Any thread may.
  func put(_ window: TenantWindow, of map: CompiledMap) {
    entries.withLock { entries in
      if entries.count >= Self.windowsHeld { entries.removeFirst() }
      entries.append(Entry(window: window, map: map))
    }
  }

  /// Takes everything that was left.
  func takeAll() -> [Entry] {
    entries.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }

  /// Puts what is known now in the place of what was known before.
  func publish(_ report: TenantReport) { self.report.withLock { $0 = report } }

  /// What is known of the tenants that do most.
  var newest: TenantReport { report.withLock { $0 } }
}

/// What is known of the tenants of a router: those that do most, those that something is done about, and all together.
public struct TenantReport: Sendable {
  /// One tenant.
  public struct Row: Sendable {
    /// How it stands.
    public let standing: TenantStanding
    /// What is done about it.
    public let stage: HotTenantStage
    /// Since when it is at this stage; nil where it was never looked at closer.
    public let since: MonotonicTime?
  }

  /// The first had servers for longest. Never more than ``HotTenantLimits/shown`` and ``HotTenantLimits/cases``.
  public var rows: [Row] = []
  /// All tenants, listed or not.
  public var totals = TenantTotals()
  /// The tenants that something is done about.
  public var treatedCount = 0
}
