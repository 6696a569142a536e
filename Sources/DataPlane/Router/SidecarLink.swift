import Glibc
public import Routing
public import ShardMap

/// The router's end of the freshness page: what the sidecar says goes to the workers, and what the
/// router has to say goes to the sidecar. For one thread, which looks now and then and whenever it is
/// woken.
public struct SidecarLink {
  /// What a look has found that an operator may want to read.
  public enum Finding: Sendable {
    /// The page is in use.
    case connected
    /// The page can't be used; ages are told from the moment the map was issued at.
    case unusable(FreshnessPageError)
    /// No place in the page is free: the sidecar will not hear of this router.
    case noSlot
    /// The sidecar stands differently with the control plane now; nil while it has said nothing.
    case condition(SidecarCondition?, lastErrorCode: String)
    /// A class of data is in another state of alarm.
    case alarm(FreshnessClass, FreshnessAlarm, FreshnessBound, MapAge)
  }

  /// Where the workers read.
  public let slot: FreshnessSlot
  /// How the map in use stood at the last look.
  public private(set) var freshness = MapFreshness.unruled
  /// The state of alarm of each class at the last look.
  public private(set) var alarms: [FreshnessClass: FreshnessAlarm] = [:]
  /// What the sidecar said last.
  public private(set) var statement: SidecarStatement?

  private let path: String
  private let wake: @Sendable () -> Void
  private var page: FreshnessPage?
  private var waiter: PageWaiter?
  private var seenAtOpening: UInt32 = 0
  private var routerSlot: RouterSlot?
  private var routerID: UInt64?
  private var keeper = FreshnessKeeper()
  private var lastError: FreshnessPageError?
  private var condition: SidecarCondition??
  private var answered: UInt32 = 0
  private var rules: (map: ObjectIdentifier, strictest: FreshnessRules)?

  /// A link to the page at `path`. `wake` is called, on another thread, when the sidecar says
  /// something after ``introduce(routerID:)``; then a look is worth while.
  public init(path: String, slot: FreshnessSlot, wake: @escaping @Sendable () -> Void) {
    self.path = path
    self.slot = slot
    self.wake = wake
  }

  // MARK: From the sidecar

  /// Reads what the sidecar says; opens the page when it isn't, or when another file is in its place.
  /// Look at the map's file afterwards: it is published before it is spoken of.
  public mutating func read() -> [Finding] {
    let findings = connect()
    statement = page?.read() ?? statement
    guard statement.map(\.condition) != condition else { return findings }
    condition = .some(statement?.condition)
    return findings + [
      .condition(statement?.condition, lastErrorCode: statement?.lastErrorCode ?? "")
    ]
  }

  /// Tells the workers how the map in use stands. `changed` says whether sessions that wait may have
  /// their answer now.
  ///
  /// `now` is `clock`'s moment by the workers' clock. It is read first: if this thread has to wait
  /// between the two, the map counts as older by as much, and never as younger.
  public mutating func tell(
    about map: CompiledMap, now: MonotonicTime = LiveClock.now, at clock: FreshnessClock = .now()
  ) -> (findings: [Finding], changed: Bool) {
    let before = (freshness.isReachable, answered)
    freshness = keeper.freshness(
      of: FreshnessKeeper.MapIdentity(map.header), page == nil ? nil : statement, at: clock)
    answered = statement?.refreshAnswered ?? answered
    slot.tell(freshness, refreshAnswered: answered, now: now)
    return (alarmFindings(map), before != (freshness.isReachable, answered))
  }

  private mutating func connect() -> [Finding] {
    if let page, FileIdentity(path: path) == page.identity { return [] }
    disconnect()
    do throws(FreshnessPageError) {
      let opened = try FreshnessPage.open(path: path)
      seenAtOpening = opened.generation
      page = opened
      if routerID != nil { awaitNews(opened) }
      slot.connect(opened)
      lastError = nil
      return [.connected] + claim()
    } catch {
      defer { lastError = error }
      return error == lastError ? [] : [.unusable(error)]
    }
  }

  /// What is said from the opening on wakes; what was said before is read after it. The thread begins with the router's: before that, the process is to
  /// have one thread only, which can give up rights for all to come.
  private mutating func awaitNews(_ page: FreshnessPage) {
    waiter = PageWaiter(page, since: seenAtOpening, wake: wake)
  }

  private mutating func disconnect() {
    waiter?.stop()
    slot.connect(nil)
    waiter = nil
    routerSlot = nil
    page = nil
  }

  // MARK: To the sidecar

  /// Takes a place in the page for a router with this name, now and whenever the page is another one.
  public mutating func introduce(routerID: UInt64) -> [Finding] {
    self.routerID = routerID
    if let page, waiter == nil { awaitNews(page) }
    return claim()
  }

  private mutating func claim() -> [Finding] {
    guard let routerID, let page else { return [] }
    routerSlot = page.claimSlot(routerID: routerID, pid: getpid())
    return routerSlot == nil ? [.noSlot] : []
  }

  /// Tells the sidecar how the router is. Ages and alarms are filled in here.
  public func report(_ fill: (inout RouterStatement) -> Void) {
    guard let routerSlot, let routerID else { return }
    var statement = RouterStatement(routerID: routerID)
    statement[.mapAgeMilliseconds] = freshness.age.milliseconds ?? .max
    statement[.routingAlarm] = UInt64(alarms[.routing]?.rawValue ?? 0)
    statement[.envelopeAlarm] = UInt64(alarms[.envelope]?.rawValue ?? 0)
    statement[.permissionsAlarm] = UInt64(alarms[.permissions]?.rawValue ?? 0)
    fill(&statement)
    routerSlot.write(statement)
  }

  /// Says nothing any more: another process of the router's does. What the sidecar says is still read.
  public mutating func withdraw() {
    routerID = nil
    routerSlot = nil
  }

  /// Gives the place in the page back.
  public mutating func close() { disconnect() }

  // MARK: Alarms

  private mutating func alarmFindings(_ map: CompiledMap) -> [Finding] {
    guard let rules = strictestRules(map) else { return [] }
    var findings: [Finding] = []
    for name in FreshnessClass.allCases {
      let alarm = FreshnessAlarm(rules[name], age: freshness.age)
      // The first look says only what is wrong.
      if alarms[name] ?? .fresh != alarm {
        findings.append(.alarm(name, alarm, rules[name], freshness.age))
      }
      alarms[name] = alarm
    }
    return findings
  }

  private mutating func strictestRules(_ map: CompiledMap) -> FreshnessRules? {
    if let rules, rules.map == ObjectIdentifier(map) { return rules.strictest }
    guard let strictest = FreshnessRules.strictest(in: map) else { return nil }
    rules = (ObjectIdentifier(map), strictest)
    return strictest
  }
}
