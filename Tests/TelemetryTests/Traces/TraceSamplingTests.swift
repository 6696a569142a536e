import Telemetry
import Testing

/// Which requests are traced.
@Suite struct TraceSamplingTests {
  private static let sampling = TraceSampling(ratio: 0.01, slowNanoseconds: 1_000)

  private static func parent(sampled: Bool) throws -> TraceContext {
    let trace = try #require(TraceID(high: 1, low: 2))
    return try #require(TraceContext(trace: trace, span: 3, isSampled: sampled))
  }

  @Test("of requests without a caller's decision the given share is traced")
  func ratio() {
    for (share, expected) in [(0.0, 0.0), (0.01, 0.01), (0.5, 0.5), (1.0, 1.0)] {
      let sampling = TraceSampling(ratio: share, slowNanoseconds: .max)
      var random = TraceIdentifiers(seed: 7)
      let traced = (0..<100_000).count { _ in
        sampling.decide(parent: nil, hasFailed: false, nanoseconds: 1, draw: random.bits())
          == .sampled
      }
      #expect(abs(Double(traced) / 100_000 - expected) < 0.005)
    }
    let all = TraceSampling(ratio: 1, slowNanoseconds: .max)
    #expect(all.decide(parent: nil, hasFailed: false, nanoseconds: 1, draw: .max) == .sampled)
  }

  @Test("a caller's decision counts, whatever the ratio", arguments: [true, false])
  func caller(isSampled: Bool) throws {
    let parent = try Self.parent(sampled: isSampled)
    for draw in [0, UInt64.max] {
      let cause = Self.sampling.decide(
        parent: parent, hasFailed: false, nanoseconds: 1, draw: draw)
      #expect(cause == (isSampled ? .sampled : nil))
    }
  }

  @Test("what has failed or was slow is traced, whatever the head said")
  func tail() throws {
    for parent in [nil, try Self.parent(sampled: false), try Self.parent(sampled: true)] {
      let failed = Self.sampling.decide(
        parent: parent, hasFailed: true, nanoseconds: 1, draw: .max)
      #expect(failed == .failed)
      let slow = Self.sampling.decide(
        parent: parent, hasFailed: false, nanoseconds: 1_000, draw: .max)
      #expect(slow == .slow)
    }
    let quick = Self.sampling.decide(parent: nil, hasFailed: false, nanoseconds: 999, draw: .max)
    #expect(quick == nil)
  }

  @Test("identities are never zero, and differ")
  func identities() {
    var identities = TraceIdentifiers(seed: 0)
    var seen: Set<UInt64> = [0]
    for _ in 0..<10_000 { #expect(seen.insert(identities.next()).inserted) }
    let span = identities.next()
    for part in 1...2 as ClosedRange<UInt64> {
      #expect(seen.insert(TraceIdentifiers.part(part, of: span)).inserted)
      #expect(TraceIdentifiers.part(part, of: span) == TraceIdentifiers.part(part, of: span))
    }
  }

  @Test("a short text keeps 63 bytes, and what is longer is cut")
  func shortText() {
    #expect(ShortText().isEmpty && ShortText().text.isEmpty)
    #expect(ShortText("strong").text == "strong")
    let long = String(repeating: "x", count: 70)
    #expect(ShortText(long.utf8).text == String(long.prefix(63)))
    #expect(ShortText(Array(long.utf8).span).count == ShortText.byteLimit)
  }
}
