import Pooling

/// A registry for tests, which can be shared with closures and speaks in texts.
final class Registry {
  private var registry: StatementRegistry

  init(statements: Int = 16_384, bytes: Int = 1 << 20) {
    var limits = PoolingLimits()
    limits.statementCount = statements
    limits.statementBytes = bytes
    registry = StatementRegistry(limits: limits, key: .forTests)
  }

  var count: Int { registry.count }
  var usedCount: Int { registry.usedCount }
  var byteCount: Int { registry.byteCount }
  var evictedCount: UInt64 { registry.evictedCount }

  func intern(_ definition: String) throws(StatementError) -> StatementID {
    try registry.intern(definition.utf8Span.span.bytes)
  }

  func intern(_ definition: [UInt8]) throws(StatementError) -> StatementID {
    try registry.intern(definition.span.bytes)
  }

  func retain(_ id: StatementID) { registry.retain(id) }
  func release(_ id: StatementID) { registry.release(id) }
  func contains(_ id: StatementID) -> Bool { registry.contains(id) }
  func definition(_ id: StatementID) -> [UInt8] { Self.definition(id, in: registry) }
  func parseMessage(_ id: StatementID) -> [UInt8] { registry.parseMessage(id) }

  /// Apart, because a span can't outlive the access to a class's property.
  private static func definition(
    _ id: StatementID, in registry: borrowing StatementRegistry
  ) -> [UInt8] {
    registry.definition(id).array
  }

  /// As many different statements, each with one reference.
  func statements(_ count: Int) throws -> [StatementID] {
    try (0..<count).map { try intern("SELECT \($0)\0\0\0") }
  }
}
