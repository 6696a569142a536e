internal import Tables
import Wire

/// The different statements that a worker's clients have prepared, each kept once.
///
/// A statement is the body of a Parse message behind its name: the query text, its zero byte, and the
/// types of its parameters. Two clients that prepare the same bytes share one entry, whatever they
/// call it. (PostgreSQL, "Message Formats", Parse.)
///
/// Clients hold references. An entry that nobody refers to stays, since the next client is likely to
/// want it again, until its room is needed: then the one unused for longest goes.
///
/// Invariant that keeps the pointers safe: `entries` holds `limits.statementCount` elements, of which those before `touched`
/// are initialized; an entry with an id owns the memory at `bytes`, the others own nothing.
public struct StatementRegistry: ~Copyable {
  struct Entry {
    /// 0 in a place that is free.
    var id: UInt64
    var hash: UInt32
    var references: UInt32
    var bytes: UnsafeMutableRawPointer
    var byteCount: Int
  }

  /// The limits in force.
  public let limits: PoolingLimits
  let key: HashKey
  private let entries: UnsafeMutablePointer<Entry>
  private var index: HashIndex
  private var links: SlotLinks
  /// Entries without references, the longest unused first.
  private var unused = SlotList()
  private var free = SlotList()
  private var touched: UInt32 = 0
  private var lastNumber: UInt64 = 0

  /// How many statements are kept, used or not.
  public private(set) var count = 0
  /// How many of them clients refer to.
  public private(set) var usedCount = 0
  /// Bytes of their definitions.
  public private(set) var byteCount = 0
  /// How many were thrown out to make room, ever.
  public private(set) var evictedCount: UInt64 = 0

  /// An empty registry.
  public init(limits: PoolingLimits = PoolingLimits(), key: HashKey) {
    precondition(
      limits.statementCount <= StatementID.indexCount,
      "statementCount is \(limits.statementCount), at most \(StatementID.indexCount) can be named")
    self.limits = limits
    self.key = key
    entries = .allocate(capacity: max(limits.statementCount, 1))
    index = HashIndex(capacity: 0)
    links = SlotLinks(capacity: limits.statementCount)
  }

  deinit {
    for place in 0..<Int(touched) where entries[place].id != 0 { entries[place].bytes.deallocate() }
    entries.deallocate()
  }

  /// The statement with this definition, kept from now on if it wasn't; the caller owns a reference to it.
  ///
  /// - Parameter definition: the body of a Parse message behind its name; not looked into.
  /// - Returns: the statement.
  /// - Throws: when there is no room, even after all unused ones are thrown out.
  /// - Complexity: linear in the definition's length. Allocates only for one that isn't there.
  public mutating func intern(_ definition: RawSpan) throws(StatementError) -> StatementID {
    let hash = UInt32(truncatingIfNeeded: key.hash(definition, count: definition.byteCount))
    if let place = place(of: definition, hash: hash) {
      addReference(to: place)
      return StatementID(rawValue: entries[Int(place)].id)
    }
    try makeRoom(for: definition.byteCount)
    return add(definition, hash: hash)
  }

  /// Adds a reference to a statement that the caller knows to be there.
  public mutating func retain(_ id: StatementID) { addReference(to: place(of: id)) }

  /// Gives a reference back.
  ///
  /// - Precondition: there is one; giving it back twice traps.
  public mutating func release(_ id: StatementID) {
    let place = place(of: id)
    precondition(entries[Int(place)].references > 0, "a statement was released twice")
    entries[Int(place)].references -= 1
    if entries[Int(place)].references == 0 {
      usedCount -= 1
      links.append(place, to: &unused)
    }
  }

  /// Whether the statement is there, and not thrown out since.
  public func contains(_ id: StatementID) -> Bool {
    id.index < touched && entries[Int(id.index)].id == id.rawValue && id.rawValue != 0
  }

  /// The statement's definition, as it was interned.
  ///
  /// - Precondition: it is there, as every statement is that somebody holds a reference to.
  @_lifetime(borrow self)
  public func definition(_ id: StatementID) -> RawSpan {
    let entry = entries[Int(place(of: id))]
    let bytes = RawSpan(_unsafeStart: entry.bytes, byteCount: entry.byteCount)
    return _overrideLifetime(bytes, borrowing: self)
  }

  /// The whole Parse message that prepares the statement at a server, under its ``StatementID/serverName``.
  ///
  /// - Precondition: as for ``definition(_:)``.
  public func parseMessage(_ id: StatementID) -> [UInt8] {
    let definition = definition(id)
    let name = id.serverName
    var body: [UInt8] = []
    body.reserveCapacity(name.byteCount + 1 + definition.byteCount)
    body += name.copied()
    body.append(0)
    definition.withUnsafeBytes { body += $0 }
    return MessageEncoder.encode(type: FrontendMessageType.parse, body: body)
  }

  private func place(of id: StatementID) -> UInt32 {
    precondition(contains(id), "a statement was used after its last reference was given back")
    return id.index
  }

  private func place(of definition: RawSpan, hash: UInt32) -> UInt32? {
    let entries = entries
    return index.find(hash) { place in
      let entry = entries[Int(place)]
      let bytes = RawSpan(_unsafeStart: entry.bytes, byteCount: entry.byteCount)
      return bytes.isEqual(to: definition)
    }
  }

  private mutating func addReference(to place: UInt32) {
    if entries[Int(place)].references == 0 {
      links.remove(place, from: &unused)
      usedCount += 1
    }
    precondition(entries[Int(place)].references < .max, "too many references to a statement")
    entries[Int(place)].references += 1
  }

  /// Throws out what is unused, the longest unused first, until a statement of this length has room.
  private mutating func makeRoom(for newBytes: Int) throws(StatementError) {
    if newBytes > limits.statementBytes {
      throw .definitionTooLong(bytes: newBytes, limit: limits.statementBytes)
    }
    while count >= limits.statementCount || byteCount > limits.statementBytes - newBytes {
      guard let place = links.popFirst(from: &unused) else {
        throw .registryFull(statements: count, bytes: byteCount)
      }
      evict(place)
    }
  }

  private mutating func evict(_ place: UInt32) {
    let entry = entries[Int(place)]
    index.remove(entry.hash, place: place)
    entry.bytes.deallocate()
    entries[Int(place)].id = 0
    count -= 1
    byteCount -= entry.byteCount
    evictedCount += 1
    links.append(place, to: &free)
  }

  private mutating func add(_ definition: RawSpan, hash: UInt32) -> StatementID {
    let place: UInt32
    if let reused = links.popFirst(from: &free) {
      place = reused
    } else {
      place = touched
      touched += 1
    }
    lastNumber += 1
    let id = StatementID(number: lastNumber, index: place)
    let entry = Entry(
      id: id.rawValue, hash: hash, references: 1, bytes: definition.heapCopy(),
      byteCount: definition.byteCount)
    (entries + Int(place)).initialize(to: entry)
    index.insert(hash, place: place)
    count += 1
    usedCount += 1
    byteCount += definition.byteCount
    return id
  }
}
