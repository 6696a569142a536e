import DataPlane
import Routing
import ShardMap

/// One life of a router's process without its workers: the map it has opened, the page it reads, and
/// what it tells the workers.
final class SimulatedRouter {
  private unowned let host: SimulatedHost
  private let world: SimulatedWorld
  /// Where workers find the map.
  let mapSlot: MapSlot
  /// Where workers find how it stands.
  let freshness = FreshnessSlot()
  /// Told when a newer map is in the slot, or how it stands has changed.
  var mapWatcher: (() -> Void)?
  var freshnessWatcher: (() -> Void)?

  private var watcher: MapWatcher
  private var page: FreshnessPage?
  private var keeper = FreshnessKeeper()
  private var told: MapFreshness?
  private var isDead = false

  /// Time between two looks at the page and the map when nobody wakes the router, in nanoseconds.
  private static let lookEvery = 250_000_000
  /// How long it takes to wake up, in nanoseconds.
  private static let wake = 10_000...1_000_000

  /// Starts the process; nil while there is no map to start with.
  init?(host: SimulatedHost) {
    self.host = host
    world = host.world
    guard let opened = try? MapWatcher.opening(host.folder.map) else { return nil }
    watcher = opened.0
    mapSlot = MapSlot(opened.1)
    host.noteInUse(opened.1)
    host.statementWatcher = { [weak self] in
      guard let self else { return }
      self.world.after(self.world.random.number(in: Self.wake)) { [weak self] in self?.look() }
    }
    look()
    beat()
  }

  /// The version in use.
  var version: UInt64 { mapSlot.map.header.mapVersion }

  func kill() {
    isDead = true
    freshness.connect(nil)
  }

  private func beat() {
    world.after(Self.lookEvery) { [weak self] in
      guard let self, !self.isDead else { return }
      self.look()
      self.beat()
    }
  }

  /// Reads the page, then the map, which is published before it is spoken of.
  private func look() {
    guard !isDead else { return }
    connect()
    let statement = page?.read()
    switch watcher.look() {
    case .newer(let map)?:
      host.noteInUse(map)
      mapSlot.publish(map)
      mapWatcher?()
    case .refused(let refusal)?:
      world.violate("host \(host.number): the router refuses the map on the disk: \(refusal)")
    case nil: break
    }
    let map = mapSlot.map
    var clock = host.clock
    clock.bootNanoseconds += host.ageErrorMilliseconds * 1_000_000
    let stands = keeper.freshness(
      of: FreshnessKeeper.MapIdentity(map.header), statement, at: clock)
    freshness.tell(
      stands, refreshAnswered: statement?.refreshAnswered ?? 0,
      now: MonotonicTime(nanoseconds: world.now))
    if stands.isReachable != told?.isReachable || statement?.refreshAnswered != answered {
      freshnessWatcher?()
    }
    told = stands
    answered = statement?.refreshAnswered
  }

  private var answered: UInt32?

  private func connect() {
    guard page.map({ FileIdentity(path: $0.path) != $0.identity }) ?? true else { return }
    page = try? FreshnessPage.open(path: host.folder.page)
    freshness.connect(page.map { HostLine(page: $0, host: host) })
  }
}

/// The way from a router to its sidecar, in a world that has one thread.
private final class HostLine: RefreshLine, @unchecked Sendable {
  private let page: FreshnessPage
  private weak let host: SimulatedHost?

  init(page: FreshnessPage, host: SimulatedHost) {
    self.page = page
    self.host = host
  }

  var refreshWanted: UInt32 { page.refreshWanted }

  func wantRefresh() -> UInt32 {
    defer { host?.noteRefreshWanted() }
    return page.wantRefresh()
  }
}
