public import MapExchange
public import ShardMap

/// Takes maps in: verifies, keeps, compiles and publishes them, in an order that leaves the old map
/// or the new one, both whole, wherever the process is killed.
///
/// A delta is on the disk before the map that it leads to is compiled; the map is in its place
/// before anybody is told. Not for several threads at once.
public final class MapKeeper {
  /// Where things lie.
  public struct Paths: Hashable, Sendable {
    /// The compiled map.
    public var map: String
    /// The folder of the last good map.
    public var state: String

    /// Both paths; the folders must exist.
    public init(map: String, state: String) {
      self.map = map
      self.state = state
    }
  }

  /// The last good map as it was signed.
  public let store: LastGoodStore
  /// What was found at the start and could not be used, for the log.
  public private(set) var findings: [String]
  private let publisher: MapPublisher
  /// The compiled map in its place.
  private var published: MapEdition?
  /// Nothing older is ever published.
  private var floor: MapEdition?
  private var issuedAtMilliseconds: Int64?
  private var isSynchronized = true

  /// Opens what is there.
  ///
  /// - Complexity: reads the last good map and the compiled one.
  /// - Throws: ``ShardMap/MapFileError`` when the disk refuses.
  public init(
    paths: Paths, verifier: SealVerifier, limits: ExchangeLimits = .standard,
    files: any SyncFiles = POSIXMapFiles()
  ) throws(MapFileError) {
    publisher = MapPublisher(path: paths.map, files: files)
    findings = []
    do throws(MapFileError) {
      let header = try publisher.current().header
      published = MapEdition(version: header.mapVersion, root: header.root)
      issuedAtMilliseconds = header.issuedAt
    } catch {
      if !error.isMissing { findings.append("the compiled map is made again: \(error)") }
    }
    store = try LastGoodStore(
      folder: paths.state, verifier: verifier, limits: limits, files: files)
    findings += store.findings
    floor = published
  }

  /// What a machine begins with.
  ///
  /// - Parameters:
  ///   - memories: what earlier processes have told of confirmations, the most trusted first: the
  ///     freshness page, then the status file.
  ///   - refreshWanted: the page's count.
  ///   - refreshAnswered: what the page says was answered.
  /// - Returns: What is in its place, what is kept, and the true age.
  public func start(
    memories: [MapMemory], refreshWanted: UInt32, refreshAnswered: UInt32
  ) -> SyncStart {
    for memory in memories where memory.edition.version > floor?.version ?? 0 {
      floor = memory.edition
    }
    let stored = store.edition.flatMap { mayPublish($0) ? $0 : nil }
    if let edition = store.edition, stored == nil {
      findings.append(
        "the last good map is version \(edition.version), and version \(floor?.version ?? 0) was published: not used"
      )
    }
    let usable = published.flatMap { mayPublish($0) ? $0 : nil }
    let begin = stored ?? usable
    let issued = stored == nil ? issuedAtMilliseconds : store.seal?.issuedAtMilliseconds
    return SyncStart(
      published: usable, stored: stored,
      confirmed: begin.flatMap { confirmation(of: $0, memories, issued) },
      refreshWanted: refreshWanted, refreshAnswered: refreshAnswered)
  }

  /// A map that is as new as one that was confirmed is at least as fresh. Of one that nobody
  /// remembers it is known when it was issued.
  private func confirmation(
    of edition: MapEdition, _ memories: [MapMemory], _ issued: Int64?
  ) -> FreshnessClock? {
    if let memory = memories.first(where: { $0.edition.version <= edition.version }) {
      return memory.confirmed
    }
    return issued.map {
      FreshnessClock(bootNanoseconds: 0, wallMilliseconds: $0, bootID: .none)
    }
  }

  private func mayPublish(_ edition: MapEdition) -> Bool {
    guard let floor else { return true }
    return edition.version > floor.version || edition == floor
  }

  // MARK: Taking in

  /// Takes a delta as it was received.
  public func apply(delta bytes: [UInt8]) -> KeeperOutcome {
    let delta: MapDelta
    do throws(ExchangeError) {
      delta = try MapDelta.decode(bytes, verifier: store.verifier, limits: store.limits)
    } catch {
      return .refused(SyncRefusal(error))
    }
    let version = delta.seal.mapVersion
    do throws(StoreFault) {
      let step = try plan(delta)
      try store.append(delta, bytes: bytes)
      return publish(step, version)
    } catch {
      return outcome(error, version)
    }
  }

  /// Begins to receive a snapshot.
  public func receiveSnapshot() throws(MapFileError) -> SnapshotReception {
    try store.receiveSnapshot()
  }

  /// Takes a snapshot of which all pieces were received.
  public func apply(_ reception: SnapshotReception) -> KeeperOutcome {
    var version: UInt64?
    do throws(StoreFault) {
      let finished = try reception.finish()
      let seal = finished.verified.seal
      version = seal.mapVersion
      try StoreFault.exchange { () throws(ExchangeError) in
        if let newest = newest { try seal.check(replaces: newest.version, root: newest.root) }
      }
      try StoreFault.file { () throws(MapFileError) in
        try store.replace(by: finished.file, finished.verified)
      }
      return publish(.whole(finished.builder), seal.mapVersion)
    } catch {
      return outcome(error, version)
    }
  }

  /// Publishes the last good map.
  public func publish() -> KeeperOutcome {
    guard let edition = store.edition, mayPublish(edition) else {
      return .refused(
        SyncRefusal(unusable: "there is no last good map", mapVersion: store.edition?.version))
    }
    do throws(StoreFault) {
      return publish(.whole(try compile()), edition.version)
    } catch {
      return outcome(error, edition.version)
    }
  }

  /// What a reader of files and pages may have seen, and what is kept.
  private var newest: MapEdition? {
    guard let stored = store.edition else { return floor }
    guard let floor, floor.version > stored.version else { return stored }
    return floor
  }

  // MARK: Publishing

  private enum Step {
    case patch(MapPatch, CompiledMap)
    case whole(MapBuilder)
  }

  /// Works out how a delta is published. What can't become a map is refused here, before anything
  /// is kept.
  private func plan(_ delta: MapDelta) throws(StoreFault) -> Step {
    try StoreFault.exchange { () throws(ExchangeError) in
      if let floor { try delta.seal.check(replaces: floor.version, root: floor.root) }
      try store.check(delta)
    }
    if let map = try? CompiledMap.open(path: publisher.path),
      map.header.mapVersion == delta.from, map.header.root == store.edition?.root,
      let patch = try StoreFault.exchange({ () throws(ExchangeError) in
        try publisher.patch(delta, of: map)
      })
    {
      return .patch(patch, map)
    }
    return .whole(try compile(with: delta))
  }

  private func compile(with delta: MapDelta? = nil) throws(StoreFault) -> MapBuilder {
    guard let seal = delta?.seal ?? store.seal else { throw .exchange(.truncated) }
    var compiler = RecordCompiler(seal: seal)
    try store.records(with: delta) { (record) throws(StoreFault) in
      try StoreFault.exchange { () throws(ExchangeError) in try compiler.add(record) }
    }
    return try StoreFault.exchange { () throws(ExchangeError) in try compiler.finish() }
  }

  private func publish(_ step: Step, _ version: UInt64) -> KeeperOutcome {
    do throws(StoreFault) {
      try put(step)
    } catch {
      return .notPublished(
        SyncRefusal(unusable: "\(error)", mapVersion: version), stored: store.edition)
    }
    guard let edition = store.edition else {
      return .refused(SyncRefusal(unusable: "there is no last good map"))
    }
    published = edition
    floor = edition
    return .applied(edition)
  }

  private func put(_ step: Step) throws(StoreFault) {
    guard case .patch(let patch, let map) = step else {
      if case .whole(let builder) = step { try put(builder) }
      return
    }
    do throws(MapPatchError) {
      try publisher.publish(patch, of: map)
      isSynchronized = false
    } catch {
      if case .file(let error) = error { throw .file(error) }
      // It doesn't fit the file's free room.
      try put(compile())
    }
  }

  private func put(_ builder: MapBuilder) throws(StoreFault) {
    do throws(MapBuildError) {
      try publisher.publish(builder)
      isSynchronized = true
    } catch {
      if case .file(let error) = error { throw .file(error) }
      throw .exchange(.invalidMap("\(error)"))
    }
  }

  /// What comes of a document whose reception ended with a fault.
  public func outcome(_ fault: StoreFault, _ version: UInt64? = nil) -> KeeperOutcome {
    KeeperOutcome(fault, mapVersion: version, stored: usableEdition)
  }

  private var usableEdition: MapEdition? { store.edition.flatMap { mayPublish($0) ? $0 : nil } }

  // MARK: Tidying up

  /// Does what can wait: writes the snapshot anew when much has changed, and waits until the
  /// compiled map is on the disk.
  ///
  /// - Throws: ``StoreFault``; nothing is lost then.
  public func tidy() throws(StoreFault) {
    if !isSynchronized {
      try StoreFault.file { () throws(MapFileError) in try publisher.synchronize() }
      isSynchronized = true
    }
    if store.wantsCompaction { try store.compact() }
  }

  /// Whether ``tidy()`` has anything to do.
  public var isUntidy: Bool { !isSynchronized || store.wantsCompaction }
}

/// What an earlier process has told of a confirmation.
public struct MapMemory: Hashable, Sendable {
  /// The map that was confirmed.
  public var edition: MapEdition
  /// When.
  public var confirmed: FreshnessClock

  /// A memory from its parts.
  public init(edition: MapEdition, confirmed: FreshnessClock) {
    self.edition = edition
    self.confirmed = confirmed
  }

  /// What the freshness page remembers.
  public init(_ statement: SidecarStatement) {
    self.init(
      edition: MapEdition(version: statement.mapVersion, root: statement.root),
      confirmed: FreshnessClock(
        bootNanoseconds: statement.confirmedAtBootNanoseconds,
        wallMilliseconds: statement.confirmedAtWallMilliseconds, bootID: statement.bootID))
  }
}

extension MapFileError {
  fileprivate var isMissing: Bool {
    if case .system(_, _, let code) = self { code == Self.noSuchFile } else { false }
  }

  /// ENOENT of Linux.
  private static let noSuchFile: Int32 = 2
}
