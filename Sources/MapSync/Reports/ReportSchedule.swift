import RandomNumbers
public import ShardMap

/// Decides when the control plane is told how a router stands: at a constant interval, and soon
/// after the router has taken a version up or refused one, goes by other shares, has events to tell, or
/// its tenants want something else. No IO; the clock is a parameter.
public struct ReportSchedule: Sendable {
  /// Reports of one router have at least this much time between them, whatever happens.
  public static let smallestGap = Duration.seconds(1)

  /// A router that is new, and wants shares, is reported within this time.
  static let sharesSpread = Duration.seconds(2)

  /// What a report is about; two that are equal need not be told twice in a hurry.
  private struct Content: Hashable {
    var applied: UInt64
    var refusal: String
    var refused: UInt64
    var sidecarRefusal: SyncRefusal?
    var grant: UInt64?
    var lastEvent: UInt64?
  }
  private struct Entry {
    var told: Content?
    var demands: [RouterReport.Demand] = []
    var at: Int64
    var next: Int64
  }

  private let interval: Int64
  private var random: SplitMix64
  private var entries: [UInt64: Entry] = [:]

  /// A schedule with so much time between two reports of a router that does nothing new.
  public init(interval: Duration, seed: UInt64) {
    self.interval = max(1, interval.wholeNanoseconds)
    random = SplitMix64(seed: seed)
  }

  /// The routers that are to be reported now, in nanoseconds of the boot clock. Each that is given
  /// back counts as reported.
  ///
  /// A router that is new is first reported within an interval, at random, so that a fleet that was
  /// started at once doesn't report at once; what it takes up then is told soon.
  ///
  /// - Parameters:
  ///   - routers: what the routers say in the page.
  ///   - reports: what they say beside it, by router.
  ///   - refusal: what the sidecar refuses.
  ///   - now: the time.
  /// - Returns: those of `routers` that are due.
  public mutating func due(
    _ routers: [RouterStatement], reports: [UInt64: RouterReport] = [:], refusal: SyncRefusal?,
    now: Int64
  ) -> [RouterStatement] {
    let living = Set(routers.map(\.routerID))
    entries = entries.filter { living.contains($0.key) }
    return routers.filter { isDue($0, reports[$0.routerID], refusal, now) }
  }

  private mutating func isDue(
    _ router: RouterStatement, _ report: RouterReport?, _ refusal: SyncRefusal?, _ now: Int64
  ) -> Bool {
    let content = Content(
      applied: router.appliedVersion, refusal: router.refusalCode, refused: router.refusedVersion,
      sidecarRefusal: refusal, grant: report?.grant, lastEvent: report?.events.last?.number)
    let demands = report?.demands ?? []
    guard var entry = entries[router.routerID] else {
      // Who says something of shares goes by what it gave itself: that can't wait for an interval.
      let spread = report == nil ? interval : min(interval, Self.sharesSpread.wholeNanoseconds)
      let first = now + Int64.random(in: 0..<spread, using: &random)
      entries[router.routerID] = Entry(told: content, at: .min / 2, next: first)
      return false
    }
    let isNews = content != entry.told || DemandChange.isNews(from: entry.demands, to: demands)
    let isSoon = isNews && now - entry.at >= Self.smallestGap.wholeNanoseconds
    guard isSoon || now >= entry.next else { return false }
    // The constant ones keep their pace; news come on top of them.
    if now >= entry.next { entry.next = max(entry.next + interval, now) }
    entry.told = content
    entry.demands = demands
    entry.at = now
    entries[router.routerID] = entry
    return true
  }
}
