import Glibc
public import ShardMap
import Telemetry
public import Uring

/// A running router: its workers, their listeners, the map they share, and what probes know of its instances.
public final class Router: Sendable {
  private let threads: [RingThread]
  private let contexts: [WorkerContext]
  private let mapSlot: MapSlot
  private let prober: ProberContext?
  private let admin: AdminContext?
  private let applied: AppliedMaps
  /// Where it listens, with the ports the kernel chose, in the order of the settings.
  public let addresses: [SocketAddress]
  /// Where its admin console listens; nil where there is none.
  public let adminAddress: SocketAddress?

  /// Opens the listeners and starts the workers and the prober; returns when all workers accept.
  ///
  /// - Parameters:
  ///   - settings: what the router was told at start.
  ///   - map: the first map in force.
  ///   - capabilities: what the kernel can do.
  ///   - freshness: where the workers read how the map stands; say it before they start.
  ///   - reload: reads the configuration again, on the admin console's thread.
  ///   - whenApplied: called, on a worker's thread, when all workers have come to use a new map.
  /// - Throws: ``RouterError`` when an address can't be listened at, or a ring can't be made.
  public init(
    _ settings: RouterSettings, map: CompiledMap, capabilities: Capabilities,
    freshness: FreshnessSlot = FreshnessSlot(), reload: (@Sendable () -> AdminReload)? = nil,
    whenApplied: (@Sendable () -> Void)? = nil
  ) throws(RouterError) {
    let cores = Cores.allowed()
    let count = settings.workerCount ?? cores.count
    if let limit = settings.pooling.serversPerInstance, limit < count {
      throw .tooFewServers(perInstance: limit, workers: count)
    }
    let opened = try Self.openListeners(settings, workers: count)
    let mapSlot = MapSlot(map)
    self.mapSlot = mapSlot
    addresses = opened.addresses
    let applied = AppliedMaps(workers: count, whenAll: whenApplied)
    self.applied = applied
    contexts = WorkerContext.all(
      count: count, settings: settings, mapSlot: mapSlot, freshness: freshness,
      mapApplied: { applied.note(worker: $0, $1) })
    for context in contexts { applied.note(worker: context.index, map) }
    prober = settings.probes.map {
      ProberContext(settings: $0, mapSlot: mapSlot, freshness: freshness)
    }
    let workers = contexts.map { context in
      RingThread.worker(
        context, listeners: opened.listeners[context.index], capabilities: capabilities,
        core: count <= cores.count ? cores[context.index] : nil)
    }
    let probers = [prober].compactMap { $0 }.map {
      RingThread.prober($0, keepAlive: settings.keepAlive, capabilities: capabilities)
    }
    let console = try Self.openConsole(settings)
    adminAddress = console?.address
    admin = settings.admin.map { [contexts] in
      AdminContext(
        settings: $0, router: settings, workers: contexts, mapSlot: mapSlot, freshness: freshness,
        addresses: opened.addresses, applied: { applied.newest }, reload: reload)
    }
    let consoles = zip([console].compactMap { $0 }, [admin].compactMap { $0 }).map {
      RingThread.admin($1, listener: $0.descriptor, capabilities: capabilities)
    }
    threads = workers + probers + consoles
    for thread in threads {
      do throws(RingError) { try thread.start() } catch { throw .ring(error) }
    }
  }

  /// What the workers count and tell, by worker.
  public var reports: [WorkerReport] { contexts.map(\.report) }

  /// What the prober counts and tells; nil where instances are not sampled.
  public var probes: ProberReport? { prober?.report }

  /// What the admin console tells; nil where there is none.
  public var adminReport: AdminReport? { admin?.report }

  /// What probes know of the map's instances now, in figures.
  public var probeSummary: ProbeSummary { ProbeSummary(of: mapSlot.edition, at: LiveClock.now) }

  /// The map in force.
  public var map: CompiledMap { mapSlot.map }

  /// Puts a map in force: new sessions use it; those that are there stay, but those that it has elsewhere.
  public func publish(_ map: CompiledMap) {
    mapSlot.publish(map)
    for context in contexts { context.noteMapChange() }
    prober?.noteMapChange()
  }

  /// The map that all workers use; while they change, the one that they used before.
  public var appliedMap: AppliedMap? { applied.newest }

  /// Tells the workers that something new was said about the map's age.
  public func noteFreshness() {
    for context in contexts { context.noteFreshness() }
  }

  /// What the workers have counted together; of a longest time, the longest.
  public func count(_ counter: WorkerCounter) -> UInt64 {
    let values = reports.map { $0.counters.value(counter) }
    return counter == .longestMapPauseMicroseconds ? values.max() ?? 0 : values.reduce(0, +)
  }

  /// Lets go of the maps that no worker has any more: for the thread that publishes, a moment later.
  public func releaseUnusedMaps() { mapSlot.releaseUnused() }

  /// Ends all sessions, politely until `timeouts.stop` has passed, and returns when every thread has ended.
  public func stop() {
    for context in contexts { context.orderStop() }
    prober?.orderStop()
    admin?.orderStop()
    for thread in threads { thread.join() }
  }

  /// Opens the admin console's listener, where there is to be one.
  private static func openConsole(
    _ settings: RouterSettings
  ) throws(RouterError) -> (descriptor: Int32, address: SocketAddress)? {
    guard let admin = settings.admin else { return nil }
    do throws(ListenError) {
      let descriptor = try Sockets.listen(
        at: admin.address, keepAlive: settings.keepAlive, isShared: false)
      return (descriptor, Sockets.boundAddress(of: descriptor) ?? admin.address)
    } catch {
      throw .listen(error)
    }
  }

  /// Opens each listener once for each worker, so that the kernel spreads the clients.
  private static func openListeners(
    _ settings: RouterSettings, workers: Int
  ) throws(RouterError) -> (listeners: [[WorkerListener]], addresses: [SocketAddress]) {
    var listeners = [[WorkerListener]](repeating: [], count: workers)
    var addresses: [SocketAddress] = []
    for listener in settings.listeners {
      var address = listener.address
      for worker in 0..<workers {
        do throws(ListenError) {
          let descriptor = try Sockets.listen(at: address, keepAlive: settings.keepAlive)
          address = Sockets.boundAddress(of: descriptor) ?? address
          listeners[worker].append(
            WorkerListener(
              descriptor: descriptor, spoken: listener.spoken, pooling: listener.pooling))
        } catch {
          for opened in listeners.joined() { close(opened.descriptor) }
          throw .listen(error)
        }
      }
      addresses.append(address)
    }
    return (listeners, addresses)
  }
}

/// Why a router could not start.
public enum RouterError: Error, CustomStringConvertible {
  /// An address could not be listened at.
  case listen(ListenError)
  /// A thread could not make its ring.
  case ring(RingError)
  /// Some worker could never serve a client: each needs one connection to an instance.
  case tooFewServers(perInstance: Int, workers: Int)

  /// One sentence for the operator.
  public var description: String {
    switch self {
    case .listen(let error): error.description
    case .ring(let error): error.description
    case .tooFewServers(let limit, let workers):
      "pooling.serversPerInstance is \(limit), fewer than the \(workers) workers; raise it, or set workers"
    }
  }
}
