import Routing
import Testing

@testable import Admission

@Suite("The pace of accepting")
struct AcceptPaceTests {
  @Test(
    "is slowed, stopped and resumed with a hysteresis",
    arguments: [
      ([699], AcceptPace.State.open), ([700], .slowed), ([700, 600], .slowed),
      ([700, 599], .open), ([900], .stopped), ([900, 800], .stopped), ([900, 799], .slowed),
      ([900, 599], .open), ([900, 799, 600], .slowed), ([1_000, 650, 899, 900], .stopped),
    ])
  func states(readings: [Int], state: AcceptPace.State) {
    var pace = AcceptPace()
    for use in readings { _ = pace.read(use: use) }
    #expect(pace.state == state)
  }

  @Test("tells of a change once")
  func changes() {
    var pace = AcceptPace()
    let changes = [100, 750, 760, 950, 990, 100, 100].map { pace.read(use: $0) }
    #expect(changes == [false, true, false, true, false, true, false])
  }

  @Test("pauses are the longer the nearer the stop is")
  func pauses() {
    var pace = AcceptPace()
    var last: UInt64 = 0
    for use in stride(from: 700, to: 900, by: 20) {
      _ = pace.read(use: use)
      #expect(pace.pause > last && AcceptPace.pauses.contains(pace.pause))
      last = pace.pause
    }
  }

  @Test("whatever is read, nobody is accepted from the stop mark on", arguments: 1...20)
  func anything(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var pace = AcceptPace()
    for _ in 0..<1_000 {
      let use = Int.random(in: 0...1_100, using: &random)
      _ = pace.read(use: use)
      if use >= AcceptPace.Marks.stop { #expect(pace.state == .stopped) }
      if use < AcceptPace.Marks.slowEnd { #expect(pace.state == .open) }
      #expect(AcceptPace.pauses.contains(pace.pause))
    }
  }
}
