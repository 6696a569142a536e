public import Routing

/// A tenant's place in one worker's ``TenantTable``, for as long as a session of it holds it.
public struct TenantSlot: BitwiseCopyable, Hashable, Sendable {
  /// The place, from 0.
  public let index: UInt32

  /// The slot of a place.
  @inlinable
  public init(index: UInt32) { self.index = index }
}

/// Whether a transaction may begin now.
public enum TransactionAdmission: Hashable, Sendable {
  /// It may, and is counted.
  case admitted
  /// The tenant has used up its rate, or moved too many bytes: it may try again at this time.
  case overRate(until: MonotonicTime)
  /// As many of its transactions are under way as may be: it may try again when one has ended.
  case tooManyInFlight
}

/// Whether a client connection may begin.
public enum ConnectionAdmission: Hashable, Sendable {
  /// It may, and is counted.
  case admitted
  /// Too many were attempted lately: it may try again at this time.
  case tooFast(until: MonotonicTime)
  /// As many are open as may be.
  case tooMany(limit: Int)
}
