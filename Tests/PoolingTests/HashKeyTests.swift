import Testing

@testable import Pooling

@Suite struct HashKeyTests {
  // What CPython 3.11 computes with PYTHONHASHSEED=0, which is SipHash-1-3 under a key of zeroes.
  @Test(
    arguments: [
      ("a", 0x4074_48d2_b89b_1813), ("S_1", 0xae57_adb6_ca09_00bf),
      ("1234567", 0xa33d_6515_94fd_ae81), ("12345678", 0x3489_9824_3056_0a87),
      ("123456789", 0x0fbc_0f00_0796_5fcf), ("shardway keeps it short", 0xc29d_4046_f7e3_bd29),
    ] as [(String, UInt64)])
  func `hashes are those of another SipHash-1-3`(text: String, expected: UInt64) {
    let key = HashKey(0, 0)
    #expect(key.hash(text.utf8Span.span.bytes, count: text.utf8.count) == expected)
  }

  @Test func `64 bytes are eight whole words`() {
    let bytes = [UInt8](0..<64)
    #expect(HashKey(0, 0).hash(bytes.span.bytes, count: 64) == 0x75e0_5fd5_bbc8_70c6)
  }

  @Test func `only the bytes that are counted are hashed, and each of them`() {
    let key = HashKey.forTests
    let bytes = [UInt8](repeating: 7, count: 40)
    for count in 0...32 {
      let hash = key.hash(bytes.span.bytes, count: count)
      var other = bytes
      other[count] = 8
      #expect(key.hash(other.span.bytes, count: count) == hash)
      for changed in 0..<count {
        other = bytes
        other[changed] ^= 0x80
        #expect(key.hash(other.span.bytes, count: count) != hash)
      }
    }
  }

  @Test func `another seed gives other hashes, the same seed the same`() {
    let bytes: [UInt8] = [1, 2, 3]
    let hashes = [1, 2, 1].map { HashKey(seed: $0).hash(bytes.span.bytes, count: 3) }
    #expect(hashes[0] == hashes[2])
    #expect(hashes[0] != hashes[1])
  }
}
