/// The statements that one client has prepared: from the client's names to the worker's statements.
///
/// Most sessions have none, and then this is one word. Names are compared as PostgreSQL does: byte by
/// byte, and only the first 63 (`NAMEDATALEN - 1`). The empty name, that of the unnamed statement, is
/// one like the others.
///
/// Each name holds a reference to its statement. ``set(_:to:limit:key:)`` takes it over from the
/// caller; what the other methods return or hand over is to be given back to the ``StatementRegistry``.
/// Before this goes away, ``removeAll(_:)`` must have been called, or the registry keeps them for ever.
///
/// Invariant that keeps the pointer safe: it is nil, or one initialized table that this alone owns.
public struct ClientStatements: ~Copyable {
  @usableFromInline var table: UnsafeMutablePointer<NameTable>?

  /// No statements. Allocates nothing.
  @inlinable
  public init() {}

  deinit {
    guard let table else { return }
    table.deinitialize(count: 1)
    table.deallocate()
  }

  /// How many names are prepared.
  public var count: Int { table.map { Int($0.pointee.count) } ?? 0 }

  /// The statement of a name; nil when the client has prepared none of that name.
  ///
  /// - Complexity: constant. Allocates nothing.
  @inlinable
  public func get(_ name: RawSpan) -> StatementID? {
    guard let table else { return nil }
    return table.pointee.find(name)
  }

  /// The name at a place below ``count``, as it was given up to its 63rd byte, and its statement. Places change with
  /// ``set(_:to:limit:key:)`` and ``remove(_:)``. Allocates.
  public func entry(at place: Int) -> (name: [UInt8], id: StatementID) {
    guard let table, place < count else { preconditionFailure("no name at this place") }
    return (table.pointee.name(at: UInt32(place)), table.pointee.id(at: UInt32(place)))
  }

  /// Gives a name to a statement, and takes over the caller's reference to it.
  ///
  /// The server lets only the unnamed statement be prepared again without being closed; that is for
  /// the caller to mind.
  /// - Parameters:
  ///   - name: the client's name for it; may be empty.
  ///   - id: the statement.
  ///   - limit: the most names, as ``PoolingLimits/statementsAClient`` says.
  ///   - key: the worker's secret; the one of the first call is used from then on.
  /// - Returns: the statement that had the name before, whose reference is to be given back.
  /// - Throws: ``StatementError/tooManyNames(limit:)``; the reference stays the caller's.
  public mutating func set(
    _ name: RawSpan, to id: StatementID, limit: Int, key: HashKey
  ) throws(StatementError) -> StatementID? {
    if let table, let replaced = table.pointee.replace(name, with: id) { return replaced }
    if count >= limit { throw .tooManyNames(limit: limit) }
    if let table {
      table.pointee.add(name, id)
    } else {
      let table = UnsafeMutablePointer<NameTable>.allocate(capacity: 1)
      table.initialize(to: NameTable(key: key))
      table.pointee.add(name, id)
      self.table = table
    }
    return nil
  }

  /// Forgets a name; nil when it wasn't prepared.
  ///
  /// The table stays even without names, so that a client that prepares and closes one statement after
  /// the other has it allocated once.
  public mutating func remove(_ name: RawSpan) -> StatementID? {
    table?.pointee.remove(name)
  }

  /// Forgets all names: `DEALLOCATE ALL`, `DISCARD ALL`, or the end of the session. Gives the memory back.
  public mutating func removeAll(_ body: (StatementID) -> Void) {
    guard let table else { return }
    for place in 0..<table.pointee.count { body(table.pointee.id(at: place)) }
    table.deinitialize(count: 1)
    table.deallocate()
    self.table = nil
  }
}
