import Admission
import HotTenants
import Routing
import ShardMap

/// What is measured of tenants: noted at the end of each transaction, and handed over four times a second.
///
/// A transaction that shares servers has one from when it is lent to when that is ready for the next; one of a session that keeps its server,
/// from its first byte to there.
extension Worker where K: ~Copyable {
  // MARK: Transactions

  /// Bytes of a session were received, from either side.
  @inline(__always)
  mutating func bytesMoved(_ count: Int, _ handle: SlabHandle) {
    sessions[handle].work.bytes &+= UInt64(count)
  }

  /// A session has to wait for a server.
  mutating func asksForServer(_ handle: SlabHandle) {
    // One that waits for its login waits for no transaction.
    guard sessions[handle].phase == .queued, sessions[handle].work.asked == .origin else { return }
    sessions[handle].work.asked = kernel.now
  }

  /// A session's server works for it from now on, if it did not before.
  @inline(__always)
  mutating func workBegins(_ handle: SlabHandle) {
    if sessions[handle].work.began == .origin { sessions[handle].work.began = kernel.now }
  }

  /// A session's server is free of it, if it was not before: notes what it has done.
  mutating func workEnded(_ handle: SlabHandle) {
    guard sessions[handle].work.began != .origin, let tenant = sessions[handle].tenant else {
      return
    }
    let work = sessions[handle].work
    let now = kernel.now
    let place = Int(tenant.index)
    if !meter.isMeasuring(at: now) { beginWindow() }
    if !work.isKnown { meterTenant(place, handle) }
    if !meter.isPresent(place) { enterWindow(place) }
    let asked = work.asked == .origin ? work.began : work.asked
    meter.note(
      place, bytes: work.bytes, serverNanoseconds: now.nanoseconds(since: work.began),
      latencyNanoseconds: now.nanoseconds(since: asked))
    sessions[handle].work = SessionWork(isKnown: true)
  }

  /// Tells the meter of a session's tenant: its place may have been another one's before.
  private mutating func meterTenant(_ place: Int, _ handle: SlabHandle) {
    let name = tenants.name(of: TenantSlot(index: UInt32(place)))
    meter.join(place, name: name, digest: NameDigest.spread(name))
  }

  private mutating func enterWindow(_ place: Int) {
    if !meter.knowsShard(place) {
      let tenant = map.tenant(id: meter.name(place).span.bytes)
      meter.setShard(place, tenant.map { map.placement(of: $0).shard })
    }
    meter.enter(place)
  }

  // MARK: Windows

  private mutating func beginWindow() {
    handOverWindow()
    meter.begin(at: kernel.now)
    if let end = meter.windowEnd { choresDue = min(choresDue ?? end, end) }
  }

  /// Hands over what was measured up to now, if anything was.
  mutating func handOverWindow() {
    if let window = meter.takeWindow() { context.inbox.put(window, of: map) }
  }

  /// Does that if the window is over.
  mutating func handOverFinishedWindow() {
    if let end = meter.windowEnd, kernel.now >= end { handOverWindow() }
  }
}
