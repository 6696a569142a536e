import Glibc
import Testing

@testable import shardway_compare

@Suite struct ProcessClockTests {
  @Test func `the clock of this process moves on while it works`() {
    let clock = ProcessClock(of: getpid())
    let before = clock.nanoseconds
    var work = 0
    for number in 0..<10_000_000 { work &+= number ^ work }
    #expect(work != 1 && clock.nanoseconds > before)
  }
}
