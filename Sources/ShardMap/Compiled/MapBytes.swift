internal import CXXHash
internal import Glibc

/// The bytes of a mapped file. One of the two places with unsafe code of this module's reading
/// side.
///
/// **Invariant:** `base` addresses `count` readable bytes for as long as the ``MappedFile`` they
/// came from lives, and nothing writes to them. ``CompiledMap`` holds both, and hands out no
/// `MapBytes`. **Every access checks its bounds here**, before it reads: a wrong offset traps, it
/// never leaves the mapping.
struct MapBytes: @unchecked Sendable {
  let base: UnsafeRawPointer
  let count: Int

  init(base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
  }

  /// The little-endian integer at an offset, aligned or not. Traps when it isn't inside the file.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type
  ) -> Value {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Value>.size)
    return Value(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The bytes of a range. Traps when it isn't inside the file.
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// Whether the bytes at an offset are those of `other`. Traps when they reach past the end of the
  /// file.
  func matches(_ other: RawSpan, at offset: Int) -> Bool {
    let length = other.byteCount
    precondition(offset >= 0 && offset <= count - length)
    return other.withUnsafeBytes { bytes in
      guard length >= 8 else {
        for index in 0..<length where base[offset + index] != bytes[index] { return false }
        return true
      }
      // Whole words, and the last one ends with the last byte; it may overlap the one before.
      var index = 0
      while index < length {
        let place = min(index, length - 8)
        let ours = base.loadUnaligned(fromByteOffset: offset + place, as: UInt64.self)
        guard ours == bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) else {
          return false
        }
        index += 8
      }
      return true
    }
  }

  /// Whether a range is the same in another file. Traps when it isn't inside both.
  func isEqual(to other: MapBytes, in range: Range<Int>) -> Bool {
    let (ours, theirs) = (slice(range), other.slice(range))
    guard let one = ours.baseAddress, let two = theirs.baseAddress else { return range.isEmpty }
    return memcmp(one, two, range.count) == 0
  }

  /// Starts to bring in the cache line of an offset. Traps when it isn't inside the file.
  func prefetch(at offset: Int) {
    precondition(offset >= 0 && offset < count)
    shardway_prefetch(base + offset)
  }

  /// XXH3 of a range. Traps when it isn't inside the file.
  func hash(_ range: Range<Int>, seed: UInt64) -> UInt64 {
    let bytes = slice(range)
    return shardway_xxh3_64(bytes.baseAddress, bytes.count, seed)
  }
}

extension UnsafeRawPointer {
  /// One byte at an offset; the caller has checked it.
  subscript(offset: Int) -> UInt8 { load(fromByteOffset: offset, as: UInt8.self) }
}
