import MapSync
import ShardMap
import Testing

@Suite("The load on the control plane")
struct ConstantWorkTests {
  /// A control plane in a line: it answers after `delay`, or not at all while it is down.
  private struct Line {
    let bench: Bench
    private var waiting: [(at: Int64, id: RequestID, wait: Duration)] = []

    init(_ bench: Bench) { self.bench = bench }

    private mutating func take(_ actions: [SyncAction]) {
      for action in actions {
        guard case .request(let request) = action else { continue }
        var wait = Duration.zero
        if case .delta(_, let asked) = request.kind { wait = asked }
        let at = bench.now.bootNanoseconds + wait.nanoseconds + 2_000_000
        waiting.append((at, request.id, wait))
      }
    }

    /// Runs for so long; `refreshing` asks for a refresh that often, `isUp` says who answers.
    mutating func run(
      _ time: Duration, refreshing: Duration? = nil, isUp: Bool = true
    ) {
      let end = bench.now.bootNanoseconds + time.nanoseconds
      var wishes = UInt32(0)
      while bench.now.bootNanoseconds < end {
        var next = min(bench.machine.sleepUntil, waiting.map(\.at).min() ?? .max, end)
        if let refreshing { next = min(next, bench.now.bootNanoseconds + refreshing.nanoseconds) }
        bench.pass(.nanoseconds(max(0, next - bench.now.bootNanoseconds)))
        if refreshing != nil {
          wishes += 1
          take(bench.send(.refreshWanted(wishes)))
        }
        take(bench.send(.clock))
        let now = bench.now.bootNanoseconds
        for answer in waiting where answer.at <= now {
          take(
            bench.send(
              .answered(
                answer.id,
                isUp ? .nothingNew(Bench.five, waited: answer.wait) : .failed("refused"))))
        }
        waiting.removeAll { $0.at <= now }
      }
    }
  }

  @Test("is the same whether routers want refreshes at every moment or never", arguments: 1...10)
  func refreshes(seed: UInt64) {
    for longPoll in [false, true] {
      var counts: [Int] = []
      for refreshing in [nil, Duration.milliseconds(20)] {
        var line = Line(Bench(interval: .seconds(2), longPoll: longPoll, seed: seed))
        line.run(.seconds(300), refreshing: refreshing)
        counts.append(line.bench.requests.count)
        #expect(line.bench.age < .seconds(9))
      }
      #expect(abs(counts[1] - counts[0]) * 20 <= counts[0], "\(counts)")
    }
  }

  @Test("is one request an interval, and one a wait", arguments: 1...5)
  func steady(seed: UInt64) {
    var line = Line(Bench(interval: .seconds(5), longPoll: true, seed: seed))
    line.run(.seconds(600))
    #expect((138...142).contains(line.bench.requests.count))
  }

  @Test("doesn't grow while it fails, and recovers within two intervals", arguments: 1...20)
  func outage(seed: UInt64) {
    var line = Line(Bench(longPoll: true, seed: seed))
    line.run(.seconds(60))
    let before = line.bench.requests.count
    line.run(.seconds(1800), refreshing: .milliseconds(500), isUp: false)
    let during = line.bench.requests.count - before
    #expect((100...240).contains(during), "\(during)")
    #expect(line.bench.machine.status.condition == .unreachable)
    #expect(line.bench.age > .seconds(1790))
    line.run(Bench.interval * 2 + .milliseconds(10))
    #expect(line.bench.machine.status.condition == .current)
    #expect(line.bench.age <= Bench.interval * 2)
  }

  @Test("is the same in every second after all sidecars were started at once")
  func massRestart() {
    var seconds = [Int](repeating: 0, count: 60)
    for seed in 0..<UInt64(1000) {
      var line = Line(Bench(seed: seed))
      line.run(.seconds(60), refreshing: seed % 2 == 0 ? nil : .seconds(1))
      for request in line.bench.requests {
        let second = (request.at - Bench.morning.bootNanoseconds) / 1_000_000_000
        if second < 60 { seconds[Int(second)] += 1 }
      }
    }
    // With wishes at every moment half of them use what may be pulled forward once, at the start.
    let later = seconds[30...]
    #expect(later.allSatisfy { (60...140).contains($0) }, "\(seconds)")
    #expect((4700...5300).contains(later.reduce(0, +) * 10 / 6), "\(seconds)")
  }
}
