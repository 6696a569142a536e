public import Tables

/// The statements that a link has prepared at its server: a fixed number, the one unused for longest makes room.
///
/// It holds no references: a statement that the registry has thrown out simply isn't asked for any
/// more, and grows old here.
///
/// Invariant that keeps the pointer safe: it is nil, or one initialized table that this alone owns.
public struct LinkStatements: ~Copyable {
  @usableFromInline var table: UnsafeMutablePointer<LinkTable>?
  /// The most statements that the link keeps.
  public let capacity: Int

  /// No statements; allocates nothing before the first.
  ///
  /// - Parameter capacity: the most statements, as ``PoolingLimits/statementsALink`` says; at least 1.
  public init(capacity: Int) {
    precondition(capacity >= 1, "a link must be able to keep a statement")
    self.capacity = capacity
  }

  deinit {
    guard let table else { return }
    table.deinitialize(count: 1)
    table.deallocate()
  }

  /// How many statements the link has prepared.
  public var count: Int { table.map { Int($0.pointee.index.count) } ?? 0 }

  /// Whether the link has the statement prepared; if so, it counts as just used.
  ///
  /// - Complexity: constant. Allocates nothing.
  @inlinable
  public mutating func touch(_ id: StatementID) -> Bool {
    guard let table else { return false }
    return table.pointee.touch(id)
  }

  /// Notes that the link has been sent the statement's Parse message. One that is there counts as just used.
  ///
  /// - Returns: the statement that had to make room, to be closed at the server by its
  ///   ``StatementID/serverName``.
  public mutating func insert(_ id: StatementID) -> StatementID? {
    if let table { return table.pointee.insert(id) }
    let table = UnsafeMutablePointer<LinkTable>.allocate(capacity: 1)
    table.initialize(to: LinkTable(capacity: capacity))
    self.table = table
    return table.pointee.insert(id)
  }

  /// Forgets a statement, such as one whose Parse message has failed; false when it isn't there.
  @discardableResult
  public mutating func remove(_ id: StatementID) -> Bool {
    guard let table else { return false }
    return table.pointee.remove(id)
  }

  /// Forgets all: the server was told `DEALLOCATE ALL` or `DISCARD ALL`. Gives the memory back.
  public mutating func removeAll() {
    guard let table else { return }
    table.deinitialize(count: 1)
    table.deallocate()
    self.table = nil
  }
}

/// The table of a ``LinkStatements``.
///
/// Invariant that keeps the pointer safe: `ids` holds `capacity` elements, of which those before `touched` are initialized; every
/// place in `index` is one of them.
@usableFromInline
struct LinkTable: ~Copyable {
  @usableFromInline let ids: UnsafeMutablePointer<UInt64>
  @usableFromInline var index: HashIndex
  @usableFromInline var links: SlotLinks
  /// The last used first.
  @usableFromInline var used = SlotList()
  private var free = SlotList()
  private var touched: UInt32 = 0

  init(capacity: Int) {
    ids = .allocate(capacity: capacity)
    index = HashIndex(capacity: capacity)
    links = SlotLinks(capacity: capacity)
  }

  deinit { ids.deallocate() }

  @inlinable
  mutating func touch(_ id: StatementID) -> Bool {
    guard let place = place(of: id) else { return false }
    if place == used.first { return true }
    links.remove(place, from: &used)
    links.prepend(place, to: &used)
    return true
  }

  mutating func insert(_ id: StatementID) -> StatementID? {
    if touch(id) { return nil }
    let (place, evicted) = takePlace()
    (ids + Int(place)).initialize(to: id.rawValue)
    index.insert(id.scrambled, place: place)
    links.prepend(place, to: &used)
    return evicted
  }

  mutating func remove(_ id: StatementID) -> Bool {
    guard let place = place(of: id) else { return false }
    index.remove(id.scrambled, place: place)
    links.remove(place, from: &used)
    links.append(place, to: &free)
    return true
  }

  @inlinable
  func place(of id: StatementID) -> UInt32? {
    let ids = ids
    return index.find(id.scrambled) { ids[Int($0)] == id.rawValue }
  }

  /// A place for one more statement, and which one had to leave it.
  private mutating func takePlace() -> (place: UInt32, evicted: StatementID?) {
    if let reused = links.popFirst(from: &free) { return (reused, nil) }
    if Int(touched) < links.capacity {
      touched += 1
      return (touched - 1, nil)
    }
    let place = used.last
    let evicted = StatementID(rawValue: ids[Int(place)])
    index.remove(evicted.scrambled, place: place)
    links.remove(place, from: &used)
    return (place, evicted)
  }
}
