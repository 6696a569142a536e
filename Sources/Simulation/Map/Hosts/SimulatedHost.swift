import MapDocument
import MapExchange
import MapSync
import Routing
import ShardMap

/// A machine: clocks, a disk, a sidecar and a router, each of which may be dead for a while.
final class SimulatedHost {
  let number: Int
  let world: SimulatedWorld
  let plan: MapPlan
  let history: MapHistory
  let controls: [SimulatedControl]
  let folder = HostFolder()
  let truth: FreshnessTruth
  private(set) var clocks: HostClock
  private(set) var sidecar: SimulatedSidecar?
  /// Versions of the map that lay on the disk, the newest.
  private var newestOnDisk: UInt64 = 0
  /// The newest version that any life of the router has used.
  private var newestInUse: UInt64 = 0
  /// What the sidecar said last, and when.
  private(set) var told: (statement: SidecarStatement, time: UInt64)?
  /// Told when the sidecar has said something.
  var statementWatcher: (() -> Void)?
  /// Sidecars that were killed.
  private(set) var deaths = 0
  /// Added to every age that a router of this host tells: 0 unless something is broken on purpose.
  var ageErrorMilliseconds: Int64 = 0
  /// Whether a dead sidecar is started again.
  var isSupervised = true

  /// How often a sidecar is killed in an operation on a file, in thousandths; never once the faults
  /// have ended.
  var killsInFiles: Int { world.now < plan.faultsEnd ? plan.killsInFiles : 0 }

  /// How long a service manager waits before it starts a process again, in nanoseconds.
  private static let restart = 1_000_000...3_000_000_000

  init(
    number: Int, world: SimulatedWorld, plan: MapPlan, history: MapHistory,
    controls: [SimulatedControl]
  ) {
    self.number = number
    self.world = world
    self.plan = plan
    self.history = history
    self.controls = controls
    truth = FreshnessTruth(world: world, history: history)
    clocks = HostClock(host: number)
  }

  /// The clocks now.
  var clock: FreshnessClock { clocks.reading(at: world.now) }

  func stepWall(byMilliseconds step: Int64) {
    world.note("host \(number): the wall clock is set by \(step) ms")
    clocks.stepWall(byMilliseconds: step)
  }

  // MARK: The sidecar's life

  func startSidecar() {
    guard sidecar == nil, world.violation == nil else { return }
    let born = SimulatedSidecar(host: self)
    checkDisk()
    guard let born else { return sidecarDied("at its start") }
    sidecar = born
    born.begin()
  }

  func killSidecar() {
    guard let sidecar else { return }
    sidecar.kill()
    sidecarDied("at any moment")
  }

  /// The sidecar was killed; it is started again after a while.
  func sidecarDied(_ cause: String) {
    world.note("host \(number): the sidecar dies \(cause)", UInt64(number))
    deaths += 1
    sidecar?.kill()
    sidecar = nil
    checkDisk()
    guard isSupervised else { return }
    world.after(world.random.number(in: Self.restart)) { [weak self] in self?.startSidecar() }
  }

  /// Power is cut: both processes are gone, the clocks that count from the start begin again.
  func reboot() {
    world.note("host \(number) starts again")
    sidecar?.kill()
    sidecar = nil
    clocks.reboot(at: world.now)
    world.after(world.random.number(in: Self.restart)) { [weak self] in self?.startSidecar() }
  }

  func note(_ statement: SidecarStatement) {
    told = (statement, world.now)
    statementWatcher?()
  }

  /// A router takes a map: never an older one, not even in its next life.
  func noteInUse(_ map: CompiledMap) {
    let version = map.header.mapVersion
    if version < newestInUse {
      world.violate(
        "host \(number): the router goes back from version \(newestInUse) to \(version)")
    }
    newestInUse = max(newestInUse, version)
  }

  /// The newest version that the router has used.
  var versionInUse: UInt64 { newestInUse }

  /// A router asks for a refresh.
  func noteRefreshWanted() {
    world.after(world.random.number(in: 10_000...100_000)) { [weak self] in
      self?.sidecar?.noteRefreshWanted()
    }
  }

  // MARK: The disk

  /// Looks at the compiled map as a router would: it is there whole, was once committed, and is no
  /// older than the one before.
  func checkDisk() {
    let map: CompiledMap
    do throws(MapFileError) {
      map = try CompiledMap.open(path: folder.map)
      try map.verify()
    } catch {
      if newestOnDisk > 0 || !isMissing(error) {
        world.violate("host \(number): the map on the disk can't be used: \(error)")
      }
      return
    }
    let version = map.header.mapVersion
    guard version >= newestOnDisk else {
      return world.violate(
        "host \(number): version \(newestOnDisk) was replaced by the older \(version)")
    }
    guard version > newestOnDisk else { return }
    newestOnDisk = version
    checkContent(map)
  }

  private func checkContent(_ map: CompiledMap) {
    guard let state = history.state(map.header.mapVersion), state.root == map.header.root else {
      return world.violate(
        "host \(number): version \(map.header.mapVersion) is on the disk and was never committed")
    }
    let records = state.records.filter { $0.key.kind == .tenant }
    guard map.counts.tenants == records.count else {
      return world.violate(
        "host \(number): version \(map.header.mapVersion) has \(map.counts.tenants) tenants, not \(records.count)"
      )
    }
    for record in records {
      guard case .tenant(let tenant)? = try? record.resource(),
        let index = map.tenant(id: tenant.id)
      else {
        return world.violate("host \(number): \(record.key) is not in the compiled map")
      }
      let compiled = map.tenant(index)
      if map.text(map.shard(compiled.shard).id) != tenant.shard
        || compiled.generation != tenant.generation || compiled.state != tenant.state
        || map.text(compiled.database) != tenant.database
      {
        world.violate("host \(number): \(record.key) is compiled wrong")
      }
    }
  }

  private func isMissing(_ error: MapFileError) -> Bool {
    if case .system(_, _, let code) = error { code == 2 } else { false }
  }

  /// The version of the map on the disk; 0 when there is none.
  var versionOnDisk: UInt64 { newestOnDisk }
}

// MARK: Sabotage

extension SimulatedHost {
  /// Puts the first version over the map on the disk, as a careless hand would.
  func putOldMapOnDisk() {
    do throws(ExchangeError) {
      var compiler = RecordCompiler(seal: history.unsignedSeal(of: history.states[0]))
      for record in history.states[0].records { try compiler.add(record) }
      try compiler.finish().publishOrThrow(to: folder.map)
    } catch {
      world.violate("the old map can't be compiled: \(error)")
    }
    checkDisk()
  }

  /// Changes a byte in the middle of the map on the disk.
  func damageMapOnDisk() {
    let files = POSIXMapFiles()
    guard let file = try? files.open(folder.map, creating: false),
      let count = try? files.byteCount(of: file)
    else { return }
    defer { files.close(file) }
    let old = (try? files.read(1, at: count / 2, of: file)) ?? [0]
    try? files.write([~(old.first ?? 0)], at: count / 2, to: file)
    checkDisk()
  }
}

extension MapBuilder {
  fileprivate func publishOrThrow(to path: String) throws(ExchangeError) {
    do throws(MapBuildError) {
      try publish(to: path)
    } catch {
      throw .invalidMap("\(error)")
    }
  }
}
