import Routing
import Testing

@testable import Admission

@Suite("The gauge of overload")
struct OverloadGaugeTests {
  private static let stay = OverloadThresholds.minimumStay

  private func time(_ nanoseconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds)
  }

  private func use(_ cause: OverloadCause, _ amount: Int) -> OverloadUse {
    switch cause {
    case .memory: OverloadUse(memory: amount)
    case .connections: OverloadUse(connections: amount)
    case .waitingWork: OverloadUse(waitingWork: amount)
    case .queueWait: OverloadUse(queueWait: amount)
    }
  }

  @Test("each level is entered at its threshold, at once, and by name of what calls for it")
  func enters() {
    for cause in OverloadCause.allCases {
      for level in OverloadLevel.allCases {
        guard let band = OverloadThresholds.band(level, cause) else { continue }
        var gauge = OverloadGauge(now: .origin)
        let early = gauge.read(use(cause, band.enter - 1), now: time(1))
        #expect((early?.level ?? .none) < level)
        let change = gauge.read(use(cause, band.enter), now: time(2))
        #expect(change?.level == level && change?.cause == cause && gauge.since == time(2))
      }
    }
  }

  @Test("thresholds grow with the levels, and every level is left below where it is entered")
  func order() {
    for cause in OverloadCause.allCases {
      var last = OverloadThresholds.Band(enter: 0, leave: 0)
      for level in OverloadLevel.allCases {
        guard let band = OverloadThresholds.band(level, cause) else { continue }
        #expect(band.enter > band.leave && band.enter > last.enter && band.leave > last.leave)
        last = band
      }
    }
  }

  @Test("only memory leads to the end: it has no second line")
  func furthest() {
    let furthest = OverloadCause.allCases.map { cause in
      var gauge = OverloadGauge(now: .origin)
      _ = gauge.read(use(cause, 100_000), now: time(1))
      return gauge.level
    }
    #expect(furthest == [.refuse, .batch, .batch, .boundedReads])
  }

  @Test("a level is left step by step, each after the minimum stay")
  func leaves() {
    var gauge = OverloadGauge(now: .origin)
    _ = gauge.read(OverloadUse(memory: 990), now: time(1))
    #expect(gauge.level == .refuse)
    var now: UInt64 = 1
    for expected in [OverloadLevel.delay, .boundedReads, .batch, .background, .none] {
      let early = gauge.read(OverloadUse(), now: time(now + Self.stay - 1))
      #expect(early == nil)
      now += Self.stay
      let change = gauge.read(OverloadUse(), now: time(now))
      #expect(change?.level == expected && change?.cause == .memory)
    }
    let after = gauge.read(OverloadUse(), now: time(now + 10 * Self.stay))
    #expect(after == nil && gauge.cause == nil)
  }

  @Test("between its two thresholds a level stays as it is")
  func hysteresis() throws {
    for cause in OverloadCause.allCases {
      for level in OverloadLevel.allCases {
        guard let band = OverloadThresholds.band(level, cause) else { continue }
        var gauge = OverloadGauge(now: .origin)
        _ = gauge.read(use(cause, band.enter), now: time(1))
        for step in 1...5 as ClosedRange<UInt64> {
          let change = gauge.read(use(cause, band.leave), now: time(step * 2 * Self.stay))
          #expect(change == nil && gauge.level == level)
        }
      }
    }
  }

  @Test(
    "whatever is used, levels rise to what is called for and never fall too soon", arguments: 1...50
  )
  func anything(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var gauge = OverloadGauge(now: .origin)
    var (now, lastChange): (UInt64, UInt64) = (0, 0)
    for _ in 0..<2_000 {
      now += UInt64(Int.random(in: 0...400_000_000, using: &random))
      let use = OverloadUse(
        memory: Int.random(in: 0...1_100, using: &random),
        connections: Int.random(in: 0...1_000, using: &random),
        waitingWork: Int.random(in: 0...1_000, using: &random),
        queueWait: Int.random(in: 0...6_000, using: &random))
      let before = gauge.level
      let change = gauge.read(use, now: time(now))
      for cause in OverloadCause.allCases {
        for level in OverloadLevel.allCases {
          guard let band = OverloadThresholds.band(level, cause) else { continue }
          if use[cause] >= band.enter { #expect(gauge.level >= level) }
        }
      }
      if gauge.level < before {
        #expect(now - lastChange >= Self.stay && gauge.level.rawValue == before.rawValue - 1)
      }
      #expect((change != nil) == (gauge.level != before))
      if change != nil { lastChange = now }
    }
  }

  @Test("what has no limit is not used")
  func thousandths() {
    #expect(OverloadUse.thousandths(5, of: 0) == 0)
    #expect(OverloadUse.thousandths(5, of: 10) == 500)
    #expect(OverloadUse.thousandths(15, of: 10) == 1500)
    #expect(OverloadUse.thousandths(.max, of: 10) == .max)
  }
}
