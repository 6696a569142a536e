public import Admission
import Glibc
public import Routing
public import ShardMap
import Synchronization
public import TLS
public import Telemetry
public import Uring

/// A running router: its workers, their listeners, the map they share, and what probes know of its instances.
public final class Router: Sendable {
  private let threads: [RingThread]
  private let tenantThread: TenantThread
  let contexts: [WorkerContext]
  let mapSlot: MapSlot
  private let prober: ProberContext?
  let admin: AdminContext?
  private let applied: AppliedMaps
  private let liveness: Mutex<LivenessWatch>
  /// Where the router is between its start and its end.
  public let lifecycle: Lifecycle
  /// What the workers share of tenants' envelopes.
  public let tenants: TenantDirectory
  /// The configuration in force, and how another comes into force.
  public let configuration: ConfigurationKeeper
  /// Where events for the control plane come from.
  public let outbox = RouterOutbox()
  /// What becomes of traces and log lines outside of the workers.
  public let telemetry: TelemetryCounts
  /// Where it listens, with the ports the kernel chose, in the order of the settings.
  public let addresses: [SocketAddress]
  /// Its sockets that listen, each with what it is for.
  public let listening: [ListeningSocket]
  /// Where its admin console listens; nil where there is none.
  public let adminAddress: SocketAddress?

  /// Opens the listeners and starts the workers and the prober; returns when all workers accept.
  ///
  /// - Parameters:
  ///   - settings: what the router was told at start.
  ///   - map: the first map in force.
  ///   - capabilities: what the kernel can do.
  ///   - freshness: where the workers read how the map stands; say it before they start.
  ///   - inherited: sockets that an earlier process has handed over; they are used where the settings want one.
  ///   - reading: reads the configuration again, on the thread of whoever wants it.
  ///   - telemetry: what becomes of traces and log lines outside of the workers, for whoever asks the router.
  ///   - whenBound: called when all addresses are listened at and no thread has begun.
  ///   - whenApplied: called, on a worker's thread, when all workers have come to use a new map.
  /// - Throws: ``RouterError`` when an address can't be listened at, or a ring can't be made.
  public init(
    _ settings: RouterSettings, map: CompiledMap, capabilities: Capabilities,
    freshness: FreshnessSlot = FreshnessSlot(), inherited: InheritedSockets = InheritedSockets(),
    reading: (@Sendable () -> ConfigurationReading)? = nil,
    telemetry: TelemetryCounts = TelemetryCounts(),
    whenBound: () throws(RouterError) -> Void = {},
    whenApplied: (@Sendable () -> Void)? = nil
  ) throws(RouterError) {
    try Self.tryTLS(settings)
    self.telemetry = telemetry
    let cores = Cores.allowed()
    let count = settings.workerCount ?? cores.count
    let groups = try Self.groups(settings, workers: count)
    let opened = try Listeners.open(settings, groups, inherited)
    let mapSlot = MapSlot(map)
    self.mapSlot = mapSlot
    addresses = opened.addresses
    let lifecycle = Lifecycle(workers: count)
    self.lifecycle = lifecycle
    liveness = Mutex(LivenessWatch(threads: count))
    let applied = AppliedMaps(workers: count, whenAll: whenApplied)
    self.applied = applied
    tenants = TenantDirectory(workers: count)
    contexts = WorkerContext.all(
      count: count, groups: groups, cores: cores, settings: settings, mapSlot: mapSlot,
      freshness: freshness, tenants: tenants, outbox: outbox,
      mapApplied: { applied.note(worker: $0, $1) })
    for context in contexts { applied.note(worker: context.index, map) }
    prober = settings.probes.map {
      var probes = $0
      probes.announcement = settings.servers.announcement
      return ProberContext(
        settings: probes, mapSlot: mapSlot, freshness: freshness, tls: settings.serverTLS)
    }
    let workers = contexts.map { context in
      RingThread.worker(
        context, listeners: opened.byWorker[context.index], capabilities: capabilities,
        whenOver: {
          for message in context.mailbox.close() { context.giveUp(message) }
          lifecycle.workerEnded()
        })
    }
    let probers = [prober].compactMap { $0 }.map {
      RingThread.prober($0, keepAlive: settings.keepAlive, capabilities: capabilities)
    }
    let console = try Listeners.openConsole(settings, inherited)
    adminAddress = console?.address
    listening = opened.sockets + [console].compactMap { $0 }
    let configuration = ConfigurationKeeper(
      settings, workers: contexts, read: reading,
      told: { [outbox] in outbox.put(.reloaded($0)) })
    self.configuration = configuration
    admin = settings.admin.map { [contexts] in
      AdminContext(
        settings: $0, router: settings, lifecycle: lifecycle, workers: contexts, mapSlot: mapSlot,
        freshness: freshness, addresses: opened.addresses, applied: { applied.newest },
        configuration: configuration)
    }
    let consoles = zip([console].compactMap { $0 }, [admin].compactMap { $0 }).map {
      RingThread.admin($1, listener: $0.descriptor, capabilities: capabilities)
    }
    threads = workers + probers + consoles
    tenantThread = TenantThread(contexts)
    try whenBound()
    // All or none: no client is accepted before everything is there.
    for (place, thread) in threads.enumerated() {
      do throws(RingError) {
        try thread.start()
      } catch {
        for started in threads[..<place] { started.abandon() }
        for socket in listening { close(socket.descriptor) }
        throw .ring(error)
      }
    }
    for thread in threads { thread.begin() }
    tenantThread.start()
    lifecycle.move(to: .serving)
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

  /// Encrypts new connections with other certificates, keys and authorities; those that are there go on with theirs.
  public func renewTLS(_ material: TLSMaterial) {
    for context in contexts { context.mailbox.post(.renewTLS(material)) }
    prober?.renewTLS(material)
  }

  /// What the workers have counted together; of a longest time, the longest.
  public func count(_ counter: WorkerCounter) -> UInt64 {
    let values = reports.map { $0.count(counter) }
    return counter.isLongest ? values.max() ?? 0 : values.reduce(0, +)
  }

  /// Lets go of the maps that no worker has any more: for the thread that publishes, a moment later.
  public func releaseUnusedMaps() { mapSlot.releaseUnused() }

  /// The workers that have not turned for ``LivenessWatch/limit``, by number; of those that have ended none. Look now and then, from any thread: a look
  /// rings those whose turn it is.
  public func stuckWorkers(now: MonotonicTime = LiveClock.now) -> [Int] {
    liveness.withLock { watch in
      for context in contexts {
        let isAnswered = context.mailbox.isAnswered
        if watch.look(at: context.index, isAnswered: isAnswered, now: now) {
          context.mailbox.doorbell.ring()
        }
      }
      return watch.stuck(now: now)
    }
  }

  /// Lets go of the clients as the plan says; returns at once. ``Lifecycle/haveWorkersEnded`` tells when nobody is left; ``stop()`` ends the rest then, or
  /// sooner. A second order can only hasten the first.
  public func drain(_ plan: DrainPlan) {
    lifecycle.move(to: .draining, until: LiveClock.now.advanced(by: plan.deadline))
    for context in contexts { context.orderDrain(plan) }
  }

  /// Ends all sessions, politely until `timeouts.stop` has passed, and returns when every thread has ended.
  public func stop() {
    lifecycle.move(to: .stopped)
    for context in contexts { context.orderStop() }
    prober?.orderStop()
    admin?.orderStop()
    tenantThread.stop()
    for thread in threads { thread.join() }
  }

  /// Finds out before anything is opened whether certificates and keys can be used.
  private static func tryTLS(_ settings: RouterSettings) throws(RouterError) {
    do throws(TLSError) {
      _ = try SecureContexts(TLSMaterial(of: settings))
    } catch {
      throw .tls(error)
    }
  }

  /// Shares the workers out.
  private static func groups(
    _ settings: RouterSettings, workers: Int
  ) throws(RouterError) -> WorkerGroups {
    let groups: WorkerGroups
    do throws(WorkerGroupsFault) {
      groups = try WorkerGroups(workers: workers, dedicated: settings.dedicated)
    } catch {
      throw .workerGroups(error)
    }
    if let limit = settings.pooling.serversPerInstance, limit < groups.shared.count {
      throw .tooFewServers(perInstance: limit, workers: groups.shared.count)
    }
    return groups
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

  /// What was to be done between binding and serving has failed; why, for the operator.
  case notPrepared(String)
  /// The workers can't be shared out.
  case workerGroups(WorkerGroupsFault)
  /// Certificates, keys or authorities can't be used.
  case tls(TLSError)

  /// One sentence for the operator.
  public var description: String {
    switch self {
    case .listen(let error): error.description
    case .ring(let error): error.description
    case .tls(let error): error.description
    case .notPrepared(let why): why
    case .workerGroups(let fault): "dedicated: \(fault)"
    case .tooFewServers(let limit, let workers):
      "pooling.serversPerInstance is \(limit), fewer than the \(workers) workers; raise it, or set workers"
    }
  }
}
