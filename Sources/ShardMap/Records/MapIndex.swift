/// The place of a record in its table, as a type of its own for each table, so that a shard's
/// number is never taken for an instance's. An index means nothing without the map it came from.
public protocol MapIndex: Hashable, Sendable {
  /// The integer that the file stores for such an index.
  associatedtype RawValue: FixedWidthInteger & UnsignedInteger & Sendable

  /// The place in the table, from 0.
  var rawValue: RawValue { get }

  /// The index of a place; it is checked when it is used, not here.
  init(_ rawValue: RawValue)
}

/// The place of a tenant, as its slot in the tenant table.
public struct TenantIndex: MapIndex {
  /// The place in the table, from 0.
  public let rawValue: UInt32

  /// The index of a place; it is checked when it is used, not here.
  @inlinable
  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }
}

/// The place of a shard.
public struct ShardIndex: MapIndex {
  /// The place in the table, from 0.
  public let rawValue: UInt32

  /// The index of a place; it is checked when it is used, not here.
  @inlinable
  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }
}

/// The place of a PostgreSQL instance.
public struct InstanceIndex: MapIndex {
  /// The place in the table, from 0.
  public let rawValue: UInt32

  /// The index of a place; it is checked when it is used, not here.
  @inlinable
  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }
}

/// The place of a zone.
public struct ZoneIndex: MapIndex {
  /// The place in the table, from 0.
  public let rawValue: UInt16

  /// The index of a place; it is checked when it is used, not here.
  @inlinable
  public init(_ rawValue: UInt16) {
    self.rawValue = rawValue
  }
}

/// The place of a region.
public struct RegionIndex: MapIndex {
  /// The place in the table, from 0.
  public let rawValue: UInt16

  /// The index of a place; it is checked when it is used, not here.
  @inlinable
  public init(_ rawValue: UInt16) {
    self.rawValue = rawValue
  }
}

/// The place of a policy.
public struct PolicyIndex: MapIndex {
  /// The place in the table, from 0.
  public let rawValue: UInt16

  /// The index of a place; it is checked when it is used, not here.
  @inlinable
  public init(_ rawValue: UInt16) {
    self.rawValue = rawValue
  }
}

/// The place of a pool.
public struct PoolIndex: MapIndex {
  /// The place in the table, from 0.
  public let rawValue: UInt16

  /// The index of a place; it is checked when it is used, not here.
  @inlinable
  public init(_ rawValue: UInt16) {
    self.rawValue = rawValue
  }
}
