internal import GRDB

extension DatabasePool {
  /// Writes in one transaction, off the caller's thread. What the database itself has against it is told
  /// with the path of the store.
  func write<Value: Sendable>(
    to path: String, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await write(body)
    } catch let error as DatabaseError {
      throw StoreError.unusable(path: path, reason: "\(error)")
    }
  }
}
