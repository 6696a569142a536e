/// What a whole snapshot turned out to be: everything about it was checked.
public struct VerifiedSnapshot: Sendable {
  /// The seal, signed by a trusted key.
  public let seal: MapSeal
  /// The tree of the records; its root is the seal's. Deltas are applied to it.
  public let tree: RootTree
}

/// Reads a snapshot as a stream and trusts nothing before ``finish()``.
///
/// Receive pieces as they come, taking all records behind each; then receive the end, take the
/// rest, and finish. The verdict doesn't depend on how the body was cut. Memory: the tree (48 bytes
/// a record), zstd's window and one piece.
public struct SnapshotReader: ~Copyable, Sendable {
  private let verifier: SealVerifier
  private let limits: ExchangeLimits
  private var lines: LineReader
  private var failure: ExchangeError?
  private var count = 0
  private var read = 0
  private var last: ResourceKey?
  private var tree = RootTree()

  /// The seal, from the moment at which the first line was read. Its signature is good; whether the
  /// records are those that were sealed is known only at the end.
  public private(set) var seal: MapSeal?

  /// A reader that believes `verifier`.
  public init(verifier: SealVerifier, limits: ExchangeLimits = .standard) {
    self.verifier = verifier
    self.limits = limits
    lines = LineReader(
      compressedLimit: limits.snapshotCompressedBytes, expandedLimit: limits.snapshotExpandedBytes,
      lineLimit: limits.lineBytes)
  }

  /// Takes the next piece of the body, of any size.
  public mutating func receive(_ bytes: some Sequence<UInt8>) { lines.receive(bytes) }

  /// Says that the body has no more pieces.
  public mutating func receiveEnd() { lines.receiveEnd() }

  /// The next record, or nil when a piece has to be received first, or all are there.
  ///
  /// - Throws: ``ExchangeError``; from then on the same again.
  public mutating func next() throws(ExchangeError) -> MapRecord? {
    if let failure { throw failure }
    do throws(ExchangeError) {
      while let line = try lines.next() {
        if seal != nil { return try record(line) }
        try readHeader(line)
      }
      return nil
    } catch {
      failure = error
      throw error
    }
  }

  /// Ends the reading: only now the records are to be believed.
  ///
  /// - Throws: ``ExchangeError``: what ``next()`` threw, or that the body is cut off, has another
  ///   number of records than it says or another root than was sealed.
  public mutating func finish() throws(ExchangeError) -> VerifiedSnapshot {
    if let record = try next() {
      preconditionFailure("\(record.key) was not taken before the end")
    }
    guard let seal, lines.isComplete else { throw .truncated }
    guard read == count else {
      throw .malformed(line: 1, reason: "it names \(count) records, and there are \(read)")
    }
    let root = tree.root
    guard root == seal.root else { throw .wrongRoot(expected: seal.root, found: root) }
    return VerifiedSnapshot(seal: seal, tree: tree)
  }

  private mutating func readHeader(_ line: [UInt8]) throws(ExchangeError) {
    var fields = try ExchangeFormat.header(line).fields
    let named = fields?.take("count")?.unsigned
    guard let format = fields?.take("format")?.string else {
      throw .malformed(line: 1, reason: "it has no format")
    }
    guard format == ExchangeFormat.snapshot else { throw .unsupportedFormat(format) }
    guard let named, let sealed = fields?.take("seal") else {
      throw .malformed(line: 1, reason: "a snapshot has a count and a seal")
    }
    let seal = try MapSeal(sealed)
    try verifier.check(seal)
    guard named <= UInt64(limits.snapshotRecords) else {
      throw .tooLarge("the number of records", limit: limits.snapshotRecords)
    }
    count = Int(named)
    self.seal = seal
  }

  private mutating func record(_ line: [UInt8]) throws(ExchangeError) -> MapRecord {
    let record = try MapRecord(line, line: lines.line)
    guard read < count else {
      throw .malformed(line: lines.line, reason: "there are more than the \(count) records named")
    }
    if let last, !(last < record.key) {
      throw .malformed(
        line: lines.line,
        reason: "\(record.key) is there twice or follows \(last) out of order")
    }
    last = record.key
    read += 1
    tree.insert(record.key, record.leaf)
    return record
  }
}
