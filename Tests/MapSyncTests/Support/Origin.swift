import MapDocument
import MapExchange
import MapSync
import ShardMap

/// A control plane in memory: a fleet that changes, and what it signs.
final class Origin {
  static let key = SigningKey.generate()
  static let verifier = SealVerifier(trusted: [key.publicKey])

  private(set) var states: [MapState] = []
  private let signer: SealSigner

  var state: MapState { states[states.count - 1] }
  var edition: MapEdition { Self.edition(state) }

  static func edition(_ state: MapState) -> MapEdition {
    MapEdition(version: state.mapVersion, root: state.root)
  }

  init(tenants: Int = 3, signedBy key: SigningKey = Origin.key) {
    signer = SealSigner(privateKeys: [key])
    let instance = Instance(id: "i1", zone: "z1", address: "127.0.0.1:5432")
    let second = Instance(id: "i2", zone: "z1", address: "127.0.0.1:5433")
    var resources: [MapResource] = [
      .region(id: "r1"), .zone(id: "z1", region: "r1"), .instance(instance), .instance(second),
      .shard(Shard(id: "s1", epoch: 1, primary: "i1", replicas: [])),
      .shard(Shard(id: "s2", epoch: 1, primary: "i2", replicas: [])),
      .policy(Policy(id: "standard", tier: .strong)), .pool(Pool(id: "shared", dedicated: false)),
    ]
    resources += (0..<tenants).map { Self.tenant("t\($0)") }
    states = [
      MapState(
        mapVersion: 10, issuedAtMilliseconds: 1_795_000_000_000,
        records: resources.map { MapRecord($0) })
    ]
  }

  static func tenant(_ id: String, shard: String = "s1", generation: UInt64 = 1) -> MapResource {
    .tenant(
      Tenant(
        id: id, generation: generation, shard: shard, database: id, pool: "shared",
        policy: "standard"))
  }

  /// Commits a change.
  func commit(_ upserts: [MapResource], removing removes: [ResourceKey] = []) {
    var next = state
    next.change(
      to: state.mapVersion + 1, issuedAtMilliseconds: state.issuedAtMilliseconds + 1000,
      upserts: upserts.map { MapRecord($0) }, removes: removes)
    states.append(next)
  }

  func snapshot() throws -> [UInt8] { try state.snapshot(sealedBy: signer) }

  /// What leads from the state before the newest one to that, or from an older one.
  func delta(back: Int = 1) throws -> [UInt8] {
    try state.delta(from: states[states.count - 1 - back], sealedBy: signer).encoded()
  }
}

extension MapKeeper {
  /// Takes a snapshot in pieces.
  func take(snapshot bytes: [UInt8], pieces: Int = 1000) -> KeeperOutcome {
    do throws(MapFileError) {
      let reception = try receiveSnapshot()
      var rest = bytes[...]
      while !rest.isEmpty {
        do throws(StoreFault) {
          try reception.receive(rest.prefix(pieces))
        } catch {
          return outcome(error)
        }
        rest = rest.dropFirst(pieces)
      }
      return apply(reception)
    } catch {
      return outcome(.file(error))
    }
  }
}
