internal import Routing

/// The secret under which a worker hashes what clients choose, so that nobody can choose many of one hash.
///
/// SipHash-1-3, which Rust, Ruby and Python use for the same purpose. (Aumasson and Bernstein, "SipHash:
/// a fast short-input PRF", 2012.)
public struct HashKey: Sendable, BitwiseCopyable {
  @usableFromInline let first: UInt64
  @usableFromInline let second: UInt64

  /// A key from 64 bits that clients don't know. The same seed gives the same hashes.
  public init(seed: UInt64) {
    var random = RandomSource(seed: seed)
    self.init(random.next(), random.next())
  }

  init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// The hash of the first `count` bytes; traps when there are fewer.
  @inlinable
  func hash(_ bytes: RawSpan, count: Int) -> UInt64 {
    var state = SipState(self)
    var offset = 0
    while offset + 8 <= count {
      state.absorb(bytes.word(at: offset))
      offset += 8
    }
    state.absorb(
      UInt64(truncatingIfNeeded: count) &<< 56 | bytes.partialWord(at: offset, end: count))
    return state.finish()
  }
}

/// The four words that SipHash stirs.
@usableFromInline
struct SipState {
  @usableFromInline var v0: UInt64
  @usableFromInline var v1: UInt64
  @usableFromInline var v2: UInt64
  @usableFromInline var v3: UInt64

  @inlinable
  init(_ key: HashKey) {
    v0 = key.first ^ 0x736f_6d65_7073_6575
    v1 = key.second ^ 0x646f_7261_6e64_6f6d
    v2 = key.first ^ 0x6c79_6765_6e65_7261
    v3 = key.second ^ 0x7465_6462_7974_6573
  }

  @inlinable
  mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  @inlinable
  mutating func finish() -> UInt64 {
    v2 ^= 0xff
    round()
    round()
    round()
    return v0 ^ v1 ^ v2 ^ v3
  }

  @inlinable
  mutating func round() {
    v0 &+= v1
    v2 &+= v3
    v1 = (v1 &<< 13 | v1 &>> 51) ^ v0
    v3 = (v3 &<< 16 | v3 &>> 48) ^ v2
    v0 = v0 &<< 32 | v0 &>> 32
    v2 &+= v1
    v0 &+= v3
    v1 = (v1 &<< 17 | v1 &>> 47) ^ v2
    v3 = (v3 &<< 21 | v3 &>> 43) ^ v0
    v2 = v2 &<< 32 | v2 &>> 32
  }
}
