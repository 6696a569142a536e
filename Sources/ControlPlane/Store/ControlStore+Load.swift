internal import Foundation
internal import GRDB
public import MapExchange

extension ControlStore {
  /// Puts many new resources in, in batches of ``ControlLimits/batchChanges``.
  ///
  /// - Parameters:
  ///   - records: what is referred to before what refers to it.
  ///   - actor: who does it, for the log.
  ///   - why: the reason, for the log.
  /// - Returns: Where the log and the map stand afterwards.
  /// - Throws: ``Refusal`` or ``BatchRefusal``; the batches before are then in.
  public func load(_ records: [MapRecord], by actor: String, why: String) async throws -> Head {
    let author = Author(name: actor, correlationID: UUID().uuidString.lowercased(), why: why)
    var rest = records[...]
    while !rest.isEmpty {
      let changes = rest.prefix(ControlLimits.batchChanges).map {
        Change(.put($0.fields), $0.key, if: .absent)
      }
      rest = rest.dropFirst(changes.count)
      try await execute(Command(changes, by: author, counters: .adopted))
      try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
    }
    return try await currentHead()
  }

  /// Runs a command that nobody waits for over HTTP.
  ///
  /// - Returns: What it did.
  /// - Throws: ``Refusal``, ``BatchRefusal`` or ``StoreError``.
  @discardableResult
  public func execute(_ command: Command) async throws -> Committed {
    try await writeTransaction { db in
      let committed = try self.apply(command, db, at: .now())
      db.afterNextTransaction { _ in self.announce(committed.head) }
      return committed
    }
  }
}
