/// Limits of the last good map on the disk.
public enum StoreLimits {
  /// Changed records that are kept in memory before the snapshot is written anew, at least.
  static let changes = 4096
  /// The same as a part of all records, for large maps.
  static let changesPart = 16
  /// Bytes of deltas before the snapshot is written anew.
  static let deltaBytes = 4 << 20
  /// Bytes that are read from a snapshot at a time.
  static let pieceBytes = 64 << 10
}
