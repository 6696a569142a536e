/// Eight bytes in one integer, the first in the lowest place, looked at together.
///
/// Marks say where something was found: bit 7 of a byte's place. The lowest mark is always right; those
/// above it may be false, since a borrow runs on into the next place (Warren, "Hacker's Delight", 6-1).
enum ByteLanes {
  @inline(__always) static var ones: UInt64 { 0x0101_0101_0101_0101 }
  @inline(__always) static var highBits: UInt64 { 0x8080_8080_8080_8080 }

  /// Marks bytes that are zero.
  @inline(__always)
  static func zeros(_ lanes: UInt64) -> UInt64 { (lanes &- ones) & ~lanes & highBits }

  /// Marks bytes that are `byte` once the bits of `ignoring` are set in both.
  @inline(__always)
  static func marks(_ lanes: UInt64, _ byte: UInt8, ignoring bits: UInt8 = 0) -> UInt64 {
    zeros((lanes | ones &* UInt64(bits)) ^ (ones &* UInt64(byte | bits)))
  }

  /// How many bytes from the first on are ASCII letters, 0 to 8.
  @inline(__always)
  static func leadingLetters(_ lanes: UInt64) -> Int {
    let lowered = lanes | ones &* 0x20
    let low7 = lowered & ~highBits
    let fromA = low7 &+ ones &* UInt64(0x80 - UInt8(ascii: "a"))
    let beyondZ = low7 &+ ones &* UInt64(0x7F - UInt8(ascii: "z"))
    let letters = fromA & ~beyondZ & ~lanes & highBits
    return (~letters & highBits).trailingZeroBitCount >> 3
  }
}

extension RawSpan {
  /// Eight bytes from `offset` on, zeros in the place of those behind the end.
  @inline(__always)
  func lanes(at offset: Int) -> UInt64 {
    offset <= byteCount &- 8 ? fullLanes(at: offset) : lastLanes(at: offset)
  }

  /// Eight bytes from `offset` on; traps when they are not all there.
  @inline(__always)
  func fullLanes(at offset: Int) -> UInt64 {
    loaded(8, at: offset)
  }

  /// The first `count` bytes from `offset` on, the first in the lowest place.
  ///
  /// With the bounds checked at once, the compiler makes one load of it.
  @inline(__always)
  private func loaded(_ count: Int, at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount &- count, "a load leaves the span")
    var lanes: UInt64 = 0
    for place in 0..<count { lanes |= UInt64(byte(at: offset &+ place)) << UInt64(8 &* place) }
    return lanes
  }

  /// The bytes from `offset` on, less than eight, and zeros behind them.
  func lastLanes(at offset: Int) -> UInt64 {
    let remaining = byteCount - offset
    if remaining <= 0 { return 0 }
    if byteCount >= 8 { return fullLanes(at: byteCount - 8) >> UInt64(64 - 8 * remaining) }
    if remaining >= 4 {
      // The two halves overlap where they agree.
      return loaded(4, at: offset) | loaded(4, at: byteCount - 4) << UInt64(8 * remaining - 32)
    }
    let middle = remaining / 2
    return UInt64(byte(at: offset)) | UInt64(byte(at: offset + middle)) << UInt64(8 * middle)
      | UInt64(byte(at: byteCount - 1)) << UInt64(8 * remaining - 8)
  }

  /// The first place from `offset` on that `marks` marks; the end when there is none.
  @inline(__always)
  func firstPlace(from offset: Int, _ marks: (UInt64) -> UInt64) -> Int {
    var offset = offset
    while offset <= byteCount &- 8 {
      let found = marks(fullLanes(at: offset))
      if found != 0 { return offset + found.trailingZeroBitCount >> 3 }
      offset &+= 8
    }
    let found = marks(lastLanes(at: offset))
    return min(byteCount, offset + found.trailingZeroBitCount >> 3)
  }

  /// The first place of `byte` from `offset` on; the end when there is none.
  func firstPlace(of byte: UInt8, from offset: Int) -> Int {
    firstPlace(from: offset) { ByteLanes.marks($0, byte) }
  }
}
