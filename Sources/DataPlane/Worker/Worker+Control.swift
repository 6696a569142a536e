import HotTenants
import Routing
import ShardMap
import Telemetry

/// What other threads ask of the worker.
extension Worker where K: ~Copyable {
  /// Has the kernel watch the doorbell, where it can.
  mutating func awaitDoorbell() {
    guard !isDoorbellAwaited else { return }
    isDoorbellAwaited = kernel.waitForDoorbell(
      context.mailbox.doorbell, seen: doorbellSeen, token: Token(.doorbell).rawValue)
  }

  /// Does what was asked since the last look: one plain load when nothing was.
  @inline(__always)
  mutating func lookIntoMailbox() {
    let count = context.mailbox.doorbell.count
    if count != doorbellSeen { takeMessages(rung: count) }
  }

  private mutating func takeMessages(rung count: UInt32) {
    doorbellSeen = count
    context.mailbox.hear(count)
    for message in context.mailbox.takeAll() {
      switch message {
      case .mapChanged: timingPause { $0.takeMap() }
      case .freshnessChanged: freshnessChanged()
      case .settings(let change): take(change)
      case .stop: beginStop(by: kernel.now.advanced(by: context.settings.timeouts.stop))
      case .drain(let plan): beginDrain(plan)
      case .cancel(let handed): adopt(handed)
      case .session(let handed): adopt(handed)
      case .serverWanted(let address): serverIsWanted(at: address)
      case .serverGranted(let address): serverWasGranted(at: address)
      case .admin(let question): takeQuestion(question)
      case .quarantine(let book): quarantine = book
      case .handOver(let channel): beginHandover(to: channel)
      case .takesOver(let channel): takeover.channel = channel
      case .departed(let handle, let isAdopted): departed(handle, isAdopted: isAdopted)
      case .arrival(let client): adopt(client)
      case .renewTLS(let material): renewTLS(material)
      case .census(let number): beginCensus(number)
      }
    }
  }

  /// Takes the map that is in force now. Sessions keep their servers, but those that it has elsewhere; what is known of the instances'
  /// health is carried over.
  private mutating func takeMap() {
    let edition = context.mapSlot.edition
    let newest = edition.map
    guard newest !== map else { return }
    handOverWindow()
    meter.mapChanged(shardCount: newest.counts.shards)
    // Most maps differ in their tenants only: then what is known by index stays right as it is.
    if !newest.hasSameCatalog(as: map) {
      requests.catalogChanged(shardCount: newest.counts.shards)
      health = health.carried(from: map, to: newest)
      tracing.mapChanged()
      resolver = Resolver(
        location: RouterLocation(
          region: context.settings.region, zone: context.settings.zone, in: newest), in: newest,
        clock: wallClock)
    }
    map = newest
    home = context.settings.home.map { HomePool($0, in: newest) }
    envelopeEdition += 1
    samples = edition.samples
    unknownNames.removeAll()
    context.report.counters.add(.mapsApplied)
    context.mapApplied?(context.index, newest)
    retirePools()
    reviewModes()
    beginMoveWalk()
  }

  /// Ends the sessions that are idle, and the others when they are, or at `deadline`.
  mutating func beginStop(by deadline: MonotonicTime) {
    guard !isStopping else { return }
    isStopping = true
    acceptsNobody = true
    drain.end()
    endsAtBoundaries = true
    stopDeadline = deadline
    listenersWantWork = true
    for index in 0..<sessions.highWaterMark {
      if let handle = sessions.currentHandle(at: index) { stop(handle) }
    }
    closeLinks { $0 == .idle }
  }
}
