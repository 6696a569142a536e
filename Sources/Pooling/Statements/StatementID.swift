/// The name of a statement in a worker's ``StatementRegistry``.
///
/// It is never used for another statement, so one that has gone is told from one that is there, and a
/// link that still has it prepared can't confuse it with another.
///
/// Layout: a number that only grows in bits 20-63, the place in the registry in bits 0-19. At ten
/// thousand new statements a second the numbers last 55 years.
public struct StatementID: Sendable, Hashable, BitwiseCopyable {
  /// How many places there are to name.
  @inlinable public static var indexCount: Int { 1 << 20 }

  /// The 64 bits; 0 names no statement.
  public let rawValue: UInt64

  /// The statement of a number that was kept of one.
  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  init(number: UInt64, index: UInt32) {
    precondition(index < Self.indexCount && number >> 44 == 0, "statements ran out of numbers")
    rawValue = number << 20 | UInt64(index)
  }

  /// The place in the registry.
  @inlinable
  var index: UInt32 { UInt32(truncatingIfNeeded: rawValue) & 0xF_FFFF }

  /// The number that no other statement of the worker has or will have.
  @inlinable
  var number: UInt64 { rawValue &>> 20 }

  /// 32 bits for a table of statements. Nobody chooses numbers, so no secret is needed.
  @inlinable
  var scrambled: UInt32 { UInt32(truncatingIfNeeded: (rawValue &* 0x9e37_79b9_7f4a_7c15) &>> 32) }

  /// What the statement is called at every server.
  @inlinable
  public var serverName: ServerStatementName { ServerStatementName(number: number) }
}
