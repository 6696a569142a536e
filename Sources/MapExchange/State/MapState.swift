public import ShardMap

/// A whole map in memory, record by record: what a test, a simulation or a small fleet wants.
public struct MapState: Sendable {
  /// The version that the records are of; 0 for none yet.
  public private(set) var mapVersion: UInt64 = 0
  /// When that version was issued, in milliseconds since 1970.
  public private(set) var issuedAtMilliseconds: Int64 = 0
  /// The root of the records.
  public private(set) var root: MapRoot

  private var table: [ResourceKey: MapRecord] = [:]
  private var tree = RootTree()

  /// An empty map of version 0.
  public init() {
    root = tree.root
  }

  /// A map of the given records.
  public init(mapVersion: UInt64, issuedAtMilliseconds: Int64, records: [MapRecord]) {
    self.init()
    change(
      to: mapVersion, issuedAtMilliseconds: issuedAtMilliseconds, upserts: records, removes: [])
  }

  /// The records, in the order of their keys.
  ///
  /// - Complexity: sorts them each time.
  public var records: [MapRecord] { table.values.sorted { $0.key < $1.key } }

  /// How many records there are.
  public var count: Int { table.count }

  /// The record of a key, or nil.
  public subscript(key: ResourceKey) -> MapRecord? { table[key] }

  /// Makes changes of one's own, as a control plane does.
  public mutating func change(
    to version: UInt64, issuedAtMilliseconds: Int64, upserts: [MapRecord],
    removes: [ResourceKey] = []
  ) {
    for record in upserts {
      table[record.key] = record
      tree.set(record.key, record.leaf)
    }
    for key in removes {
      table[key] = nil
      tree.remove(key)
    }
    root = tree.root
    mapVersion = version
    self.issuedAtMilliseconds = issuedAtMilliseconds
  }

  /// Applies a delta whose seal was checked: all of it or nothing.
  ///
  /// - Throws: ``ExchangeError/older(version:current:)``, ``ExchangeError/notFrom(from:current:)``,
  ///   ``ExchangeError/wrongRoot(expected:found:)`` or ``ExchangeError/malformed(line:reason:)``.
  public mutating func apply(_ delta: MapDelta) throws(ExchangeError) {
    try delta.check(appliesTo: mapVersion)
    try delta.apply(to: &tree)
    for record in delta.upserts { table[record.key] = record }
    for key in delta.removes { table[key] = nil }
    root = delta.seal.root
    mapVersion = delta.seal.mapVersion
    issuedAtMilliseconds = delta.seal.issuedAtMilliseconds
  }

  /// Replaces everything by a snapshot's content, if all about it is right and it is no older.
  ///
  /// - Throws: ``ExchangeError``; the map is then as it was.
  public mutating func replace(
    withSnapshot bytes: [UInt8], verifier: SealVerifier, limits: ExchangeLimits = .standard
  ) throws(ExchangeError) {
    var reader = SnapshotReader(verifier: verifier, limits: limits)
    reader.receive(bytes)
    reader.receiveEnd()
    var read: [ResourceKey: MapRecord] = [:]
    while let record = try reader.next() { read[record.key] = record }
    let verified = try reader.finish()
    try verified.seal.check(replaces: mapVersion, root: root)
    table = read
    tree = verified.tree
    root = verified.seal.root
    mapVersion = verified.seal.mapVersion
    issuedAtMilliseconds = verified.seal.issuedAtMilliseconds
  }
}

extension MapState {
  /// The seal of the map as it is.
  public func seal(
    by signer: SealSigner, requires: [String] = []
  ) throws(ExchangeError) -> MapSeal {
    try signer.seal(
      mapVersion: mapVersion, issuedAtMilliseconds: issuedAtMilliseconds, root: root,
      requires: requires)
  }

  /// The map as a snapshot.
  public func snapshot(sealedBy signer: SealSigner) throws(ExchangeError) -> [UInt8] {
    try snapshot(seal: try seal(by: signer))
  }

  /// The map as a snapshot under a seal that is there already.
  public func snapshot(seal: MapSeal) throws(ExchangeError) -> [UInt8] {
    var writer = SnapshotWriter(seal: seal, count: count)
    for record in records { try writer.append(record) }
    return try writer.finish()
  }

  /// What leads from an older state to this one.
  public func delta(
    from older: MapState, sealedBy signer: SealSigner
  ) throws(ExchangeError) -> MapDelta {
    MapDelta(
      from: older.mapVersion, seal: try seal(by: signer),
      upserts: table.values.filter { older.table[$0.key] != $0 },
      removes: older.table.keys.filter { table[$0] == nil })
  }
}
