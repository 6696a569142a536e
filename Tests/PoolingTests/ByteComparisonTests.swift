import Testing

@testable import Pooling

@Suite struct ByteComparisonTests {
  @Test(arguments: 0...20) func `bytes are equal exactly when each is`(count: Int) {
    let bytes = (0..<count).map { UInt8($0) }
    #expect(isEqual(bytes, bytes))
    #expect(!isEqual(bytes, bytes + [0]))
    for changed in 0..<count {
      var other = bytes
      other[changed] ^= 1
      #expect(!isEqual(bytes, other))
      let isPrefix = bytes.span.bytes.hasPrefix(other.span.bytes, count: changed)
      #expect(isPrefix)
    }
  }

  private func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.span.bytes.isEqual(to: right.span.bytes)
  }
}
