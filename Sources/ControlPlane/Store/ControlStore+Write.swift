internal import GRDB
public import MapExchange
internal import Synchronization

/// A request to change the fleet: all of its changes or none.
public struct Command: Sendable {
  /// The changes, in their order: a later one sees the earlier ones.
  public var changes: [Change]
  /// Who asks.
  public var author: Author
  /// Whose epochs and generations count.
  public var counters: Fleet.Counters
  /// The name under which the request may be repeated.
  public var idempotency: IdempotencyKey?

  /// A command from its parts.
  public init(
    _ changes: [Change], by author: Author, counters: Fleet.Counters = .kept,
    idempotency: IdempotencyKey? = nil
  ) {
    self.changes = changes
    self.author = author
    self.counters = counters
    self.idempotency = idempotency
  }
}

/// What a command did.
public struct Committed: Sendable {
  /// What became of one change.
  public struct Outcome: Sendable {
    /// The resource.
    public let key: ResourceKey
    /// What happened to it; nil when it was so already.
    public let kind: ResourceEvent.Kind?
    /// Its version now.
    public let version: Int64
    /// What it is now; nil when it is gone.
    public let resource: MapResource?
  }

  /// Where the log and the map stand afterwards.
  public let head: Head
  /// The outcomes in the order of the changes.
  public let outcomes: [Outcome]
}

/// An answer and when it was true.
public struct Executed: Sendable {
  /// The answer.
  public let answer: StoredAnswer
  /// Taken right after the transaction committed; nil when it changed nothing.
  public let committed: Timestamp?
  /// Whether it was given before, under the same key.
  public let isRepeated: Bool
}

extension ControlStore {
  /// Decides the changes on the current state; their events, their answer under its idempotency key
  /// and all projections commit in one transaction.
  ///
  /// - Parameters:
  ///   - command: the changes, and the key under which they may be repeated.
  ///   - retention: how long an answer is kept for its key.
  ///   - answering: makes the answer that is kept, from what was done or from the refusal.
  /// - Returns: The answer; the one that was given before, if the key has one.
  /// - Throws: ``IdempotencyMismatch`` or ``StoreError``.
  public func execute(
    _ command: Command, retention: Duration = ControlLimits.idempotencyRetention,
    answering: @escaping @Sendable (Result<Committed, any Error>) -> StoredAnswer
  ) async throws -> Executed {
    let commitTime = Mutex<Timestamp?>(nil)
    let (answer, isRepeated) = try await writeTransaction { [self] db in
      let now = Timestamp.now()
      let oldest = Timestamp(
        microseconds: now.microseconds - Int64(retention / .microseconds(1)))
      if let key = command.idempotency,
        let answer = try StoredAnswer.fetch(db, key, notBefore: oldest)
      {
        return (answer, true)
      }
      let result = try self.attempt(command, db, at: now)
      let answer = answering(result)
      if let key = command.idempotency {
        try answer.store(db, key, at: now, dropBefore: oldest)
      }
      if case .success(let committed) = result {
        db.afterNextTransaction { _ in
          commitTime.withLock { $0 = .now() }
          self.announce(committed.head)
        }
      }
      return (answer, false)
    }
    return Executed(
      answer: answer, committed: commitTime.withLock { $0 }, isRepeated: isRepeated)
  }

  /// The changes, or the refusal after which nothing of them is left.
  private func attempt(
    _ command: Command, _ db: Database, at now: Timestamp
  ) throws -> Result<Committed, any Error> {
    var committed: Committed?
    do {
      try db.inSavepoint {
        committed = try self.apply(command, db, at: now)
        return .commit
      }
    } catch let error where error is Refusal || error is BatchRefusal {
      return .failure(error)
    }
    guard let committed else { throw StoreError.damaged(what: "a transaction had no outcome") }
    return .success(committed)
  }

  func apply(_ command: Command, _ db: Database, at now: Timestamp) throws -> Committed {
    let fleet = try FleetTransaction(db, storeID: id)
    var outcomes: [Committed.Outcome] = []
    outcomes.reserveCapacity(command.changes.count)
    var isChanged = false
    for (index, change) in command.changes.enumerated() {
      do {
        let event = try Fleet.decide(change, in: fleet, counters: command.counters)
        if let event {
          try fleet.append(event, by: command.author, at: now)
          isChanged = true
        }
        outcomes.append(try Self.outcome(of: change.key, event, in: fleet))
      } catch let refusal as Refusal where command.changes.count > 1 {
        throw BatchRefusal(index: index, refusal: refusal)
      }
    }
    return Committed(head: isChanged ? try fleet.finish() : try .fetch(db), outcomes: outcomes)
  }

  private static func outcome(
    of key: ResourceKey, _ event: ResourceEvent?, in fleet: FleetTransaction
  ) throws -> Committed.Outcome {
    if let event {
      return .init(
        key: key, kind: event.kind, version: event.version,
        resource: event.kind == .deleted ? nil : event.resource)
    }
    let stored = try fleet.stored(key)
    return .init(key: key, kind: nil, version: stored?.version ?? 0, resource: stored?.resource)
  }

  func writeTransaction<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await pool.write(to: path, body)
  }
}
