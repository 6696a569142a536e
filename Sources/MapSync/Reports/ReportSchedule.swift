public import ShardMap

/// Decides when the control plane is told how a router stands: at a constant interval, and soon
/// after the router has taken a version up or refused one. No IO; the clock is a parameter.
public struct ReportSchedule: Sendable {
  /// Reports of one router have at least this much time between them, whatever happens.
  public static let smallestGap = Duration.seconds(1)

  /// What a report is about; two that are equal need not be told twice in a hurry.
  private struct Content: Hashable {
    var applied: UInt64
    var refusal: String
    var refused: UInt64
    var sidecarRefusal: SyncRefusal?
  }
  private struct Entry {
    var told: Content?
    var at: Int64
    var next: Int64
  }

  private let interval: Int64
  private var random: SplitMix
  private var entries: [UInt64: Entry] = [:]

  /// A schedule with so much time between two reports of a router that does nothing new.
  public init(interval: Duration, seed: UInt64) {
    self.interval = max(1, interval.wholeNanoseconds)
    random = SplitMix(seed: seed)
  }

  /// The routers that are to be reported now, in nanoseconds of the boot clock. Each that is given
  /// back counts as reported.
  ///
  /// A router that is new is first reported within an interval, at random, so that a fleet that was
  /// started at once doesn't report at once; what it takes up then is told soon.
  public mutating func due(
    _ routers: [RouterStatement], refusal: SyncRefusal?, now: Int64
  ) -> [RouterStatement] {
    let living = Set(routers.map(\.routerID))
    entries = entries.filter { living.contains($0.key) }
    return routers.filter { isDue($0, refusal, now) }
  }

  private mutating func isDue(
    _ router: RouterStatement, _ refusal: SyncRefusal?, _ now: Int64
  ) -> Bool {
    let content = Content(
      applied: router.appliedVersion, refusal: router.refusalCode, refused: router.refusedVersion,
      sidecarRefusal: refusal)
    guard var entry = entries[router.routerID] else {
      let first = now + Int64.random(in: 0..<interval, using: &random)
      entries[router.routerID] = Entry(told: content, at: .min / 2, next: first)
      return false
    }
    let isNews = content != entry.told && now - entry.at >= Self.smallestGap.wholeNanoseconds
    guard isNews || now >= entry.next else { return false }
    // The constant ones keep their pace; news come on top of them.
    if now >= entry.next { entry.next = max(entry.next + interval, now) }
    entry.told = content
    entry.at = now
    entries[router.routerID] = entry
    return true
  }
}
