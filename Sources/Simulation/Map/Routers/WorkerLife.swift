import DataPlane
import MapSync
import Routing
import ShardMap

/// A router's process with a real worker on a simulated kernel.
final class WorkerLife {
  let router: SimulatedRouter
  let kernel: KernelState
  let listener = SimulatedListener()
  let context: WorkerContext
  let listeners: [WorkerListener]
  private let applied: AppliedVersion
  private(set) var isStopping = false

  init(router: SimulatedRouter, host: SimulatedHost, network: MapNetwork) {
    self.router = router
    kernel = KernelState(world: host.world, network: network)
    let descriptor = kernel.open()
    descriptor.listener = listener
    let spoken = ListenerProtocol.postgres(identity: [.database])
    var settings = RouterSettings(
      mapPath: host.folder.map, region: "here", zone: "zone-a",
      listeners: [
        ListenerSettings(address: SocketAddress(ipv4: 0x7F00_0001, port: 6432), spoken: spoken)
      ])
    settings.limits.clientConnections = Self.clientLimit
    let applied = AppliedVersion(router.mapSlot.map.header.mapVersion, host)
    self.applied = applied
    let context = WorkerContext.all(
      count: 1, settings: settings, mapSlot: router.mapSlot, freshness: router.freshness,
      mapApplied: { _, map in applied.take(map.header.mapVersion) })[0]
    self.context = context
    listeners = [WorkerListener(descriptor: descriptor.number, spoken: spoken)]
    router.mapWatcher = { context.noteMapChange() }
    router.freshnessWatcher = { context.noteFreshness() }
    listener.watcher = { [unowned kernel, unowned descriptor] in kernel.goOn(descriptor) }
  }

  private static let clientLimit = 1_000

  /// The version that the worker uses.
  var version: UInt64 { applied.version }

  func stop() {
    isStopping = true
    context.orderStop()
  }

  /// The process is gone.
  func dismantle() {
    router.kill()
    listener.close()
    kernel.dismantle()
  }
}

/// The version that a worker says it uses, in a world that has one thread.
private final class AppliedVersion: @unchecked Sendable {
  private(set) var version: UInt64
  private weak let host: SimulatedHost?

  init(_ version: UInt64, _ host: SimulatedHost) {
    self.version = version
    self.host = host
  }

  func take(_ newer: UInt64) {
    if newer < version {
      host?.world.violate("a worker goes back from version \(version) to \(newer)")
    }
    version = newer
  }
}
