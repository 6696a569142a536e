import AdminConsole
import Routing
import ShardMap
import Wire

/// The moment that a table shows: the map, what probes and workers know, and what is paused.
struct AdminView {
  /// An instance as tables name it.
  struct Place {
    let instance: String
    let shard: String?
  }

  let context: AdminContext
  let answers: [AdminAnswer]
  let now: MonotonicTime
  let edition: MapEdition
  private let wallMicroseconds = LiveClock.wallMicroseconds
  private let pauses: PauseBook
  private let places: [SocketAddress: Place]
  /// The shards of instances, by index.
  let shardOfInstance: [Int: Int]

  init(
    context: AdminContext, answers: [AdminAnswer], pauses: [AdminScope], now: MonotonicTime
  ) {
    self.context = context
    self.answers = answers
    self.now = now
    var book = PauseBook()
    for scope in pauses { book.add(scope) }
    self.pauses = book
    edition = context.mapSlot.edition
    let map = edition.map
    var shardOfInstance: [Int: Int] = [:]
    for (number, shard) in map.shardRecords.enumerated() {
      for instance in [shard.primary] + map.replicas(of: shard) {
        shardOfInstance[Int(instance.rawValue)] = number
      }
    }
    self.shardOfInstance = shardOfInstance
    var places: [SocketAddress: Place] = [:]
    for index in map.instanceIndices {
      let record = map.instance(index)
      let shard = shardOfInstance[Int(index.rawValue)]
        .map { map.text(map.shard(ShardIndex(UInt32($0))).id) }
      places[record.address] = Place(instance: map.text(record.id), shard: shard)
    }
    self.places = places
  }

  var map: CompiledMap { edition.map }

  /// The rows of a table.
  func rows(of table: AdminTable, scan: TenantScan?) -> [[String?]] {
    switch table {
    case .pools: pools()
    case .clients: clients()
    case .servers: servers()
    case .stats: stats()
    case .tenants: tenants(scan)
    case .tenantTotals: [tenantTotals()]
    case .shards: shards()
    case .replicas: replicas()
    case .map: [mapRow()]
    case .limits: limits()
    case .modes: modes()
    case .state: [stateRow()]
    case .config: configRows()
    case .workers: workers()
    case .overload: overload()
    case .help, .version: []
    }
  }

  // MARK: Parts of rows

  func place(_ address: SocketAddress?) -> Place? { address.flatMap { places[$0] } }

  /// Instance and shard, or the instance's address where the map has it no more.
  func names(_ address: SocketAddress?) -> (shard: String?, instance: String?) {
    guard let address else { return (nil, nil) }
    guard let place = places[address] else { return (nil, "\(address)") }
    return (place.shard, place.instance)
  }

  static func text(_ bytes: [UInt8]?) -> String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  static func text(_ tenant: TenantName) -> String? {
    tenant.count == 0 ? nil : String(decoding: tenant.array, as: UTF8.self)
  }

  static func id(_ worker: Int, _ handle: SlabHandle) -> String {
    ClientID(worker: worker, slot: handle.index, generation: handle.generation).description
  }

  /// A moment of the workers' clock as people read it.
  func wallTime(_ moment: MonotonicTime) -> String {
    let ago = Int64(clamping: now.nanoseconds(since: moment) / 1000)
    return WallTime.text(microseconds: wallMicroseconds - ago)
  }

  /// Whole seconds, and microseconds beyond them, that have passed.
  func waited(since moment: MonotonicTime?) -> (seconds: String, microseconds: String) {
    let microseconds = moment.map { now.nanoseconds(since: $0) / 1000 } ?? 0
    return ("\(microseconds / 1_000_000)", "\(microseconds % 1_000_000)")
  }

  static func flag(_ isSo: Bool) -> String { isSo ? "1" : "0" }

  func isPaused(instance: String, shard: String?) -> Bool {
    pauses.holds(instance: instance, shard: shard ?? "")
  }

  func isPaused(tenant: [UInt8]) -> Bool { pauses.holds(tenant: tenant) }

  /// The database of a tenant by the map in force.
  func database(ofTenant name: TenantName) -> String? {
    map.tenant(id: name.array.span.bytes).map { map.text(map.tenant($0).database) }
  }
}
