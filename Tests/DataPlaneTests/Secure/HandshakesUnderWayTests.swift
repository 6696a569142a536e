import Routing
import Testing

@testable import DataPlane

@Suite("Handshakes under way")
struct HandshakesUnderWayTests {
  private func socket(_ index: Int) -> SlabHandle {
    SlabHandle(index: UInt32(index), generation: 1)
  }

  private func nanoseconds(_ count: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64(count))
  }

  @Test("have the oldest of a line first, and forget what is over")
  func oldest() {
    var handshakes = HandshakesUnderWay()
    for index in 0..<5000 {
      handshakes.begin(socket(index), in: index % 2, at: nanoseconds(index))
    }
    for index in stride(from: 0, to: 4998, by: 2) {
      #expect(handshakes.oldest(in: 0)?.socket == socket(index))
      handshakes.forgetOldest(in: 0)
      handshakes.end(in: 0)
    }
    #expect(handshakes.oldest(in: 0)?.at == nanoseconds(4998))
    #expect(handshakes.oldest(in: 1)?.at == nanoseconds(1))
    #expect(handshakes.count == 2501)
    handshakes.end(in: 0)
    #expect(handshakes.oldest(in: 0) == nil)
    #expect(handshakes.count(in: 1) == 2500)
  }

  @Test("know which line has most of them")
  func longestLine() {
    var handshakes = HandshakesUnderWay()
    for (index, line) in [5, 9, 9, 9, 5, 5, 5].enumerated() {
      handshakes.begin(socket(index), in: line, at: .origin)
    }
    #expect(handshakes.longestLine == 5)
    handshakes.end(in: 5)
    handshakes.end(in: 5)
    #expect(handshakes.longestLine == 9)
  }
}
