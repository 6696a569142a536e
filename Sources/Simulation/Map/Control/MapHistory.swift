import MapDocument
import MapExchange
import MapSync
import Routing
import ShardMap

/// Every version that the simulated control plane has ever committed.
final class MapHistory {
  private let world: SimulatedWorld
  private(set) var states: [MapState] = []
  private var places: [UInt64: Int] = [:]
  private var times: [UInt64: UInt64] = [:]
  private var tenantsMade = 0

  /// The tenants that are there from the beginning, active, and never go away.
  static let knownTenants = ["acme", "bolt", "cedar"]
  /// A tenant that is suspended and let in again.
  static let moodyTenant = "moody"
  /// Versions that a delta may begin at.
  private static let retained = 12

  /// The policy of most tenants; its `permissions` end at the plan's age.
  static let ruledPolicy = "ruled"
  /// The policy of ``carefreeTenant``: whatever the age, it is let in.
  static let carefreePolicy = "carefree"
  /// A tenant whose permissions never expire.
  static let carefreeTenant = "acme"

  init(world: SimulatedWorld, plan: MapPlan) {
    self.world = world
    let document = Self.document(plan)
    append(
      MapState(
        mapVersion: 1, issuedAtMilliseconds: HostClock.epochMilliseconds,
        records: document.resources.map { MapRecord($0) }))
  }

  var head: MapState { states[states.count - 1] }
  var headEdition: MapEdition { Self.edition(head) }

  static func edition(_ state: MapState) -> MapEdition {
    MapEdition(version: state.mapVersion, root: state.root)
  }

  /// The state of a version, or nil if there never was one.
  func state(_ version: UInt64) -> MapState? { places[version].map { states[$0] } }

  /// When a version was committed, in nanoseconds of the world.
  func committedAt(_ version: UInt64) -> UInt64 { times[version] ?? .max }

  /// The place of a version that a delta may begin at, as the control plane whose newest state is
  /// at `head` knows it.
  func place(_ version: UInt64, upTo head: Int) -> Int? {
    guard let place = places[version], place <= head, head - place <= Self.retained else {
      return nil
    }
    return place
  }

  private func append(_ state: MapState) {
    places[state.mapVersion] = states.count
    times[state.mapVersion] = world.now
    states.append(state)
  }

  /// What a seal says, without signatures.
  func unsignedSeal(of state: MapState) -> MapSeal {
    MapSeal(
      mapVersion: state.mapVersion, issuedAtMilliseconds: state.issuedAtMilliseconds,
      root: state.root, signatures: [])
  }

  // MARK: Changes

  /// Commits a change. Numbers of versions have gaps, as those of events do.
  func change() {
    var next = head
    let version = next.mapVersion + UInt64(world.random.number(in: 1...3))
    next.change(
      to: version,
      issuedAtMilliseconds: HostClock.epochMilliseconds + Int64(world.now / 1_000_000),
      upserts: draw(next), removes: drawRemoval(next))
    append(next)
    world.note("version \(version) is committed: \(next.count) records", version)
  }

  private func draw(_ state: MapState) -> [MapRecord] {
    switch world.random.index(below: 10) {
    case 0...3:
      let id = world.random.pick(Self.knownTenants)
      return change(state, id) { tenant in
        tenant.shard = tenant.shard == "s1" ? "s2" : "s1"
        tenant.generation += 1
      }
    case 4, 5:
      return change(state, Self.moodyTenant) { tenant in
        tenant.state = tenant.state == .active ? .suspended : .active
      }
    case 6, 7:
      tenantsMade += 1
      return [MapRecord(.tenant(Self.tenant("made-\(tenantsMade)", "s1")))]
    case 8:
      // A whole compilation instead of a patch.
      return [MapRecord(.pool(Pool(id: "pool-\(world.now)", dedicated: true)))]
    default:
      guard let record = state[ResourceKey(kind: .shard, id: "s2")],
        case .shard(var shard)? = try? record.resource()
      else { return [] }
      shard.epoch += 1
      (shard.primary, shard.replicas) = (shard.replicas[0], [shard.primary])
      return [MapRecord(.shard(shard))]
    }
  }

  private func change(
    _ state: MapState, _ id: String, _ body: (inout Tenant) -> Void
  ) -> [MapRecord] {
    guard let record = state[ResourceKey(kind: .tenant, id: id)],
      case .tenant(var tenant)? = try? record.resource()
    else { return [] }
    body(&tenant)
    return [MapRecord(.tenant(tenant))]
  }

  private func drawRemoval(_ state: MapState) -> [ResourceKey] {
    guard tenantsMade > 3, world.random.chance(200) else { return [] }
    let key = ResourceKey(kind: .tenant, id: "made-\(tenantsMade - 3)")
    return state[key] == nil ? [] : [key]
  }

  // MARK: The first version

  private static func document(_ plan: MapPlan) -> MapDocument {
    var rules = FreshnessRules.standard
    rules[.permissions] = FreshnessBound(
      ttlMilliseconds: 10_000, maxStaleMilliseconds: plan.permissionsMaxStaleMilliseconds)
    var carefree = FreshnessRules.standard
    carefree[.permissions].maxStaleMilliseconds = FreshnessBound.never
    return MapDocument(
      mapVersion: 1, issuedAt: IssueTime(millisecondsSince1970: HostClock.epochMilliseconds),
      topology: Topology(
        regions: [Region(id: "here", zones: ["zone-a", "zone-b"])],
        instances: MapServers.addresses.map { id, address in
          Instance(id: id, zone: "zone-a", address: address)
        }),
      shards: [
        Shard(id: "s1", epoch: 1, primary: "s1-a", replicas: ["s1-b"]),
        Shard(id: "s2", epoch: 1, primary: "s2-a", replicas: ["s2-b"]),
      ],
      policies: [
        Policy(id: ruledPolicy, tier: .strong, freshness: rules),
        Policy(id: carefreePolicy, tier: .strong, freshness: carefree),
      ],
      pools: [Pool(id: "shared", dedicated: false)],
      tenants: (knownTenants + [moodyTenant]).map { tenant($0, "s1") })
  }

  private static func tenant(_ id: String, _ shard: String) -> Tenant {
    Tenant(
      id: id, generation: 1, shard: shard, database: "db_\(id)", pool: "shared",
      policy: id == carefreeTenant ? carefreePolicy : ruledPolicy)
  }
}
