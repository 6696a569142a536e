public import MapExchange
internal import Synchronization

/// A map as it is sent: sealed, compressed, made once for all who ask.
struct SealedMap: Sendable {
  /// The version that the receiver has afterwards.
  let head: Head
  /// The compressed bytes, in pieces.
  let pieces: [[UInt8]]
  /// How long it took to make.
  let effort: Duration
}

/// What a request for a delta gets.
enum DeltaAnswer: Sendable {
  case delta(SealedMap)
  case nothingNew(Head)
  case tooFarBehind(Head)
  case ahead(Head)
}

/// Makes snapshots and deltas from the store, each once: a thousand sidecars that ask for the same
/// one cost one computation. All it keeps are caches.
public actor MapDistributor {
  private let store: ControlStore
  private let signer: SealSigner
  private let deltaLimit: Int
  private let now: @Sendable () -> ContinuousClock.Instant

  /// Deltas to the newest version by the version they lead from.
  private var deltas: [Int64: Task<DeltaAnswer, any Error>] = [:]
  /// The version that the deltas lead to, as far as this process has heard.
  private var deltaTarget: Int64 = -1
  private var snapshot: SnapshotCache?
  private var snapshotTask: Task<SealedMap, any Error>?

  /// How many deltas and snapshots were computed; the rest came from the caches.
  public private(set) var computations = 0

  /// A distributor of the store's map.
  public init(
    store: ControlStore, signer: SealSigner, deltaLimit: Int = ControlLimits.deltaResources,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.store = store
    self.signer = signer
    self.deltaLimit = deltaLimit
    self.now = now
  }

  /// What leads from `version` to the newest version; `heard` is the newest head that this process
  /// has heard of.
  func delta(from version: Int64, heard: Head?) async throws -> DeltaAnswer {
    if let heard, heard.sequence > deltaTarget {
      deltaTarget = heard.sequence
      deltas = [:]
    }
    // Only a version that is known to be behind has an answer that stays true.
    guard version < deltaTarget else { return try await compute(from: version) }
    if let task = deltas[version] { return try await task.value }
    let task = Task { try await self.compute(from: version) }
    if deltas.count < ControlLimits.cachedDeltas { deltas[version] = task }
    do {
      return try await task.value
    } catch {
      deltas[version] = nil
      throw error
    }
  }

  private func compute(from version: Int64) async throws -> DeltaAnswer {
    let start = now()
    switch try await store.changes(since: version, limit: deltaLimit) {
    case .none(let head): return .nothingNew(head)
    case .tooMany(let head): return .tooFarBehind(head)
    case .ahead(let head): return .ahead(head)
    case .some(let head, let upserts, let removes):
      computations += 1
      let delta = MapDelta(
        from: UInt64(version), seal: try signer.seal(head), upserts: upserts, removes: removes)
      return .delta(SealedMap(head: head, pieces: [delta.encoded()], effort: now() - start))
    }
  }

  /// The whole map: the newest one, or one so little older that making another isn't worth it.
  func snapshot(heard: Head?) async throws -> SealedMap {
    if let snapshot, snapshot.isGood(at: now(), newest: heard) { return snapshot.map }
    if let task = snapshotTask { return try await task.value }
    let task = Task { try await self.makeSnapshot() }
    snapshotTask = task
    defer { snapshotTask = nil }
    let map = try await task.value
    snapshot = SnapshotCache(map: map, made: now())
    return map
  }

  private func makeSnapshot() async throws -> SealedMap {
    computations += 1
    let start = now()
    let (store, signer) = (store, signer)
    let (head, pieces) = try await store.readSnapshot(sealedBy: signer)
    return SealedMap(head: head, pieces: pieces, effort: now() - start)
  }
}

/// A snapshot and when it was made.
struct SnapshotCache: Sendable {
  /// A snapshot of so many resources is worth keeping although there is a newer version.
  static let dear: Int64 = 100_000
  /// For how many times its effort it is then kept.
  static let patience = 5

  let map: SealedMap
  let made: ContinuousClock.Instant

  /// Whether it may be served. A receiver makes up for what is missing with a delta, and a restart
  /// of all sidecars while tenants change costs a snapshot now and then, not one for each version.
  func isGood(at now: ContinuousClock.Instant, newest: Head?) -> Bool {
    if newest.map({ $0.sequence <= map.head.sequence }) ?? false { return true }
    return map.head.count >= Self.dear && now - made < map.effort * Self.patience
  }
}

extension SealSigner {
  /// The seal of a version. It says nothing but what the store says, so that all processes on a
  /// store give the same seal.
  func seal(_ head: Head) throws -> MapSeal {
    try seal(
      mapVersion: head.mapVersion, issuedAtMilliseconds: head.committed.milliseconds,
      root: head.root)
  }
}

extension ControlStore {
  /// The newest map, sealed and compressed, one record in memory at a time.
  func readSnapshot(sealedBy signer: SealSigner) async throws -> (Head, [[UInt8]]) {
    let building = Mutex<SnapshotBuilding?>(nil)
    try await forEachRecord { head in
      let seal = try signer.seal(head)
      building.withLock { $0 = SnapshotBuilding(head: head, seal: seal) }
    } _: { record in
      try building.withLock { try $0?.append(record) }
    }
    return try building.withLock { building in
      guard var whole = building.take() else {
        throw StoreError.damaged(what: "a snapshot has no beginning")
      }
      return (whole.head, try whole.finish())
    }
  }
}

/// A snapshot while it is made.
private struct SnapshotBuilding: ~Copyable, Sendable {
  /// Bytes of a piece of the compressed form.
  static let pieceBytes = 256 << 10

  let head: Head
  private var writer: SnapshotWriter
  private var pieces: [[UInt8]] = []

  init(head: Head, seal: MapSeal) {
    self.head = head
    writer = SnapshotWriter(seal: seal, count: Int(head.count))
  }

  mutating func append(_ record: MapRecord) throws {
    try writer.append(record)
    if writer.outputCount >= Self.pieceBytes { pieces.append(writer.takeOutput()) }
  }

  mutating func finish() throws -> [[UInt8]] {
    pieces.append(try writer.finish())
    return pieces
  }
}
