public import MapExchange
public import ShardMap

/// The last good map as it was signed: `last-good.snapshot`, and behind it `last-good.deltas`.
///
/// Records are on the disk; in memory are the tree under the root, and what deltas have changed
/// since the snapshot. Everything read back is verified as if it had just been received, so whatever
/// a crash or a careless hand leaves there is used up to its last sound version, or not at all.
public final class LastGoodStore {
  /// What was found when the store was opened and could not be used, for the log.
  public private(set) var findings: [String] = []
  /// The seal of the last good map; nil while there is none.
  public private(set) var seal: MapSeal?

  let folder: String
  let files: any SyncFiles
  let verifier: SealVerifier
  let limits: ExchangeLimits
  private let log: DeltaLog
  private var tree = RootTree()
  private var overlay = StoreOverlay()

  /// The last good map, told from others.
  public var edition: MapEdition? {
    seal.map { MapEdition(version: $0.mapVersion, root: $0.root) }
  }

  /// Records of the last good map.
  public var count: Int { tree.count }

  var snapshotPath: String { folder + "/last-good.snapshot" }

  /// Opens the store in a folder that exists.
  ///
  /// - Complexity: reads all that is there once.
  /// - Throws: ``ShardMap/MapFileError`` when the disk refuses; damage is no error but a finding.
  public init(
    folder: String, verifier: SealVerifier, limits: ExchangeLimits = .standard,
    files: any SyncFiles = POSIXMapFiles()
  ) throws(MapFileError) {
    self.folder = folder
    self.files = files
    self.verifier = verifier
    self.limits = limits
    log = try DeltaLog(path: folder + "/last-good.deltas", files: files)
    files.removeLeftovers(beside: snapshotPath)
    do throws(StoreFault) {
      let verified = try readSnapshot { (_) throws(StoreFault) in }
      seal = verified?.seal
      tree = verified?.tree ?? RootTree()
    } catch {
      switch error {
      case .file(let error): throw error
      case .exchange(let error): findings.append("\(snapshotPath) is not used: \(error)")
      }
    }
    try replay()
  }

  /// Applies the log's entries as far as they are sound and lead on from the snapshot.
  private func replay() throws(MapFileError) {
    var sound = 0
    while let seal, let body = try log.next(limit: limits.deltaCompressedBytes) {
      do throws(ExchangeError) {
        let delta = try MapDelta.decode(body, verifier: verifier, limits: limits)
        // The snapshot was written anew, and the log not yet begun again.
        if delta.seal.mapVersion > seal.mapVersion {
          try delta.check(appliesTo: seal.mapVersion)
          try take(delta)
        }
        sound = log.end
      } catch {
        findings.append("a delta behind version \(seal.mapVersion) is not used: \(error)")
        break
      }
    }
    if try log.cut(to: sound) {
      findings.append("the end of last-good.deltas was torn and is cut off at byte \(sound)")
    }
  }

  private func take(_ delta: MapDelta) throws(ExchangeError) {
    try delta.apply(to: &tree)
    overlay.apply(delta)
    seal = delta.seal
  }

  /// Keeps a delta: when this returns, it is on the disk and applied.
  ///
  /// - Throws: ``StoreFault``; the store is then as it was.
  func append(_ delta: MapDelta, bytes: [UInt8]) throws(StoreFault) {
    guard let seal else { throw .exchange(.notFrom(from: delta.from, current: 0)) }
    var next = tree
    try StoreFault.exchange { () throws(ExchangeError) in
      try delta.check(appliesTo: seal.mapVersion)
      try delta.apply(to: &next)
    }
    try StoreFault.file { () throws(MapFileError) in try log.append(bytes) }
    tree = next
    overlay.apply(delta)
    self.seal = delta.seal
  }

  /// Begins to receive a snapshot.
  func receiveSnapshot() throws(MapFileError) -> SnapshotReception {
    try SnapshotReception(beside: snapshotPath, store: self)
  }

  /// Refuses a delta that doesn't lead on from here, without keeping it.
  func check(_ delta: MapDelta) throws(ExchangeError) {
    guard let seal else { throw .notFrom(from: delta.from, current: 0) }
    try delta.check(appliesTo: seal.mapVersion)
    var next = tree
    try delta.apply(to: &next)
  }

  /// Puts a verified snapshot, written and synchronized, in the place of everything.
  func replace(by file: SnapshotFile, _ verified: VerifiedSnapshot) throws(MapFileError) {
    try files.rename(file.file, to: snapshotPath)
    file.isInPlace = true
    // From here on it is the last good map, whatever else fails: what is still in the log doesn't
    // lead beyond it, or not from it.
    seal = verified.seal
    tree = verified.tree
    overlay.removeAll()
    try files.synchronizeDirectory(of: snapshotPath)
    try log.cut(to: 0)
  }

  // MARK: Reading

  /// Gives every record of the last good map, with a delta laid over it, in the order of their keys.
  ///
  /// - Complexity: reads the snapshot; one record at a time is in memory, and the changes.
  func records(
    with delta: MapDelta? = nil, _ body: (MapRecord) throws(StoreFault) -> Void
  ) throws(StoreFault) {
    var changes = overlay
    if let delta { changes.apply(delta) }
    var merge = changes.merging()
    _ = try readSnapshot { (record) throws(StoreFault) in
      for merged in merge.take(before: record) { try body(merged) }
    }
    for merged in merge.take(before: nil) { try body(merged) }
  }

  /// Reads the snapshot; nil when there is none.
  private func readSnapshot(
    _ body: (MapRecord) throws(StoreFault) -> Void
  ) throws(StoreFault) -> VerifiedSnapshot? {
    let opened = try StoreFault.file { () throws(MapFileError) in
      try files.open(snapshotPath, creating: false)
    }
    guard let file = opened else { return nil }
    defer { files.close(file) }
    var reader = SnapshotReader(verifier: verifier, limits: limits)
    var offset = 0
    while true {
      let piece = try StoreFault.file { () throws(MapFileError) in
        try files.read(StoreLimits.pieceBytes, at: offset, of: file)
      }
      offset += piece.count
      if piece.isEmpty { reader.receiveEnd() } else { reader.receive(piece) }
      while let record = try StoreFault.exchange({ () throws(ExchangeError) in try reader.next() })
      { try body(record) }
      if piece.isEmpty {
        return try StoreFault.exchange { () throws(ExchangeError) in try reader.finish() }
      }
    }
  }

  // MARK: Compaction

  /// Whether so much has changed since the snapshot that it should be written anew.
  public var wantsCompaction: Bool {
    overlay.count > max(StoreLimits.changes, tree.count / StoreLimits.changesPart)
      || log.end > max(StoreLimits.deltaBytes, tree.count * 2)
  }

  /// Writes the snapshot anew, as a stream, and begins the log again.
  ///
  /// - Throws: ``StoreFault``; the last good map stays the same in any case.
  func compact() throws(StoreFault) {
    guard let seal else { return }
    let output = try StoreFault.file { () throws(MapFileError) in
      try SnapshotFile(beside: snapshotPath, files: files)
    }
    var writer = SnapshotWriter(seal: seal, count: tree.count)
    try records { (record) throws(StoreFault) in
      do throws(ExchangeError) { try writer.append(record) } catch { throw .exchange(error) }
      guard writer.outputCount >= StoreLimits.pieceBytes else { return }
      let piece = writer.takeOutput()
      try StoreFault.file { () throws(MapFileError) in try output.append(piece) }
    }
    let rest: [UInt8]
    do throws(ExchangeError) { rest = try writer.finish() } catch { throw .exchange(error) }
    try StoreFault.file { () throws(MapFileError) in
      try output.append(rest)
      try output.synchronize()
      try files.rename(output.file, to: snapshotPath)
      output.isInPlace = true
      try files.synchronizeDirectory(of: snapshotPath)
      overlay.removeAll()
      try log.cut(to: 0)
    }
  }
}
