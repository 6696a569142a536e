import Routing
import Testing

@testable import DataPlane

@Suite("Names known not to exist")
struct NegativeCacheTests {
  private static let memory = FreshnessLimits.negativeMemory.wholeNanoseconds
  private static let places = UInt64(FreshnessLimits.negativeNames)
  private static let start = MonotonicTime(nanoseconds: 1_000_000)

  @Test(
    "none is known at first, not even that of digest 0",
    arguments: [0, 1, 4095, 4096, .max] as [UInt64])
  func empty(digest: UInt64) {
    let cache = NegativeCache()
    #expect(!cache.contains(digest, now: .origin))
    #expect(!cache.contains(digest, now: Self.start))
  }

  @Test(
    "a name is known for as long as it is remembered",
    arguments: [0, 1, 4095, 4096, .max] as [UInt64])
  func memory(digest: UInt64) {
    var cache = NegativeCache()
    cache.insert(digest, now: Self.start)
    for (passed, isKnown) in [
      (0, true), (Self.memory - 1, true), (Self.memory, false), (10 * Self.memory, false),
    ] {
      let now = Self.start.advanced(byNanoseconds: passed)
      #expect(cache.contains(digest, now: now) == isKnown, "\(passed) ns later")
    }
  }

  @Test("a name that is told again is remembered anew")
  func again() {
    var cache = NegativeCache()
    cache.insert(5, now: Self.start)
    let second = Self.start.advanced(byNanoseconds: Self.memory - 1)
    cache.insert(5, now: second)
    #expect(cache.contains(5, now: second.advanced(byNanoseconds: Self.memory - 1)))
    #expect(!cache.contains(5, now: second.advanced(byNanoseconds: Self.memory)))
  }

  @Test("a newer name takes the place of an older one, and of no other")
  func sharedPlace() {
    var cache = NegativeCache()
    for digest in [5, 6] as [UInt64] { cache.insert(digest, now: Self.start) }
    #expect(!cache.contains(5 + Self.places, now: Self.start), "it shares only the place")
    cache.insert(5 + Self.places, now: Self.start)
    #expect(cache.contains(5 + Self.places, now: Self.start))
    #expect(!cache.contains(5, now: Self.start))
    #expect(cache.contains(6, now: Self.start))
  }

  @Test("as many names as there are places are all known")
  func full() {
    var cache = NegativeCache()
    for digest in 0..<Self.places { cache.insert(digest, now: Self.start) }
    #expect((0..<Self.places).allSatisfy { cache.contains($0, now: Self.start) })
  }

  @Test("a new map makes all be forgotten, each time")
  func removal() {
    var cache = NegativeCache()
    cache.removeAll()
    for round in 0..<3 as Range<UInt64> {
      let digests = [round, round + 1000, .max - round]
      for digest in digests { cache.insert(digest, now: Self.start) }
      #expect(digests.allSatisfy { cache.contains($0, now: Self.start) })
      cache.removeAll()
      #expect(!digests.contains { cache.contains($0, now: Self.start) })
    }
  }
}
