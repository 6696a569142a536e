/// Where a string lies in a compiled map: the offset in the file and the length, in bytes.
///
/// Only a map makes one, after checking that it lies inside the file. ``CompiledMap/string(_:)``
/// reads it.
public struct StringReference: Hashable, Sendable {
  /// Offset in the file above the lowest byte, length (0...255) in it.
  let packed: UInt64

  init(offset: Int, count: UInt8) {
    packed = UInt64(truncatingIfNeeded: offset) << 8 | UInt64(count)
  }

  /// Bytes from the beginning of the file.
  public var offset: Int { Int(packed >> 8) }

  /// Length in bytes, 0...255.
  public var count: Int { Int(packed & 0xff) }
}
