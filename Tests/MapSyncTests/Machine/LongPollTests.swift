import MapSync
import ShardMap
import Testing

@Suite("Long polls, events and refreshes")
struct LongPollTests {
  /// A sidecar whose control plane has just confirmed; the long poll waits.
  private func working(events: Bool = false) throws -> (Bench, SyncRequest) {
    let bench = Bench(longPoll: true, events: events)
    let steady = try #require(bench.nextRequest())
    let actions = bench.send(.answered(steady.id, .nothingNew(Bench.five, waited: .zero)))
    let long = try #require(actions.request)
    #expect(long.kind == .delta(from: 5, wait: .seconds(30)))
    return (bench, long)
  }

  private func edition(_ version: UInt64) -> MapEdition {
    MapEdition(version: version, root: Bench.root(UInt8(version)))
  }

  @Test("a change is followed by the next long poll at once")
  func changes() throws {
    var (bench, long) = try working()
    for version in UInt64(6)...20 {
      bench.pass(.milliseconds(3))
      long = try #require(bench.deliver(long.id, edition(version)).request)
      #expect(long.kind == .delta(from: version, wait: .seconds(30)))
      #expect(bench.stamps.last?.mapVersion == version && bench.age <= .milliseconds(3))
    }
  }

  @Test("a control plane that doesn't wait is not asked without a pause")
  func impatient() throws {
    let (bench, long) = try working()
    var open = [long]
    while bench.now.bootNanoseconds < Bench.morning.bootNanoseconds + 300_000_000_000 {
      while let request = open.popLast() {
        open += bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero))).requests
      }
      open += bench.next().requests
    }
    let waits = bench.requests.filter { $0.request.kind == .delta(from: 5, wait: .seconds(30)) }
    #expect(waits.count >= 9)
    #expect(zip(waits, waits.dropFirst()).allSatisfy { $1.at - $0.at == 30_000_000_000 })
  }

  @Test("what the other request has brought meanwhile is thrown away, and blames nobody")
  func crossing() throws {
    let (bench, long) = try working()
    let steady = try #require(bench.nextRequest())
    let apply = bench.send(.answered(long.id, .document(waited: .zero)))
    #expect(apply == [.apply(long.id)])
    #expect(bench.send(.answered(steady.id, .document(waited: .zero))) == [.discard(steady.id)])
    bench.send(.applied(long.id, edition(6)))
    #expect(bench.machine.status.lastError == nil && bench.stamps.last?.condition == .current)
  }

  @Test("a 204 to an older question confirms nothing and blames nobody")
  func crossingNothing() throws {
    let (bench, long) = try working()
    let steady = try #require(bench.nextRequest())
    _ = bench.deliver(long.id, edition(6))
    let confirmed = bench.machine.status.confirmed
    bench.pass(.seconds(1))
    bench.send(.answered(steady.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(bench.machine.status.confirmed == confirmed)
    #expect(bench.machine.status.lastError == nil)
  }

  @Test("when the long poll breaks, the next attempt comes after a short pause")
  func broken() throws {
    let (bench, long) = try working()
    bench.pass(.seconds(1))
    #expect(bench.send(.answered(long.id, .failed("reset"))).isEmpty)
    let before = bench.now.bootNanoseconds
    #expect(bench.nextRequest()?.kind == .delta(from: 5, wait: .zero))
    #expect(bench.now.bootNanoseconds - before <= SyncLimits.firstBackoff.nanoseconds)
  }

  @Test("a hint asks at once, unless a long poll is there that should bring the answer")
  func hints() throws {
    let (bench, _) = try working(events: true)
    #expect(bench.send(.hint(6)).isEmpty)
    let asked = try #require(bench.nextRequest())
    #expect(asked.kind == .delta(from: 5, wait: .zero))
    _ = bench.deliver(asked.id, edition(6))

    let plain = Bench(events: true)
    plain.confirm()
    #expect(plain.send(.hint(5)).isEmpty)
    #expect(plain.send(.hint(6)).request?.kind == .delta(from: 5, wait: .zero))
  }

  @Test("hints that are followed by changes are not paid for by the schedule")
  func changesAreFree() throws {
    let bench = Bench(events: true)
    bench.confirm()
    for version in UInt64(6)...60 {
      bench.pass(.milliseconds(10))
      let request = try #require(bench.send(.hint(version)).request)
      _ = bench.deliver(request.id, edition(version))
    }
  }

  @Test("events are opened behind what is known, and gaps are counted")
  func gaps() throws {
    let bench = Bench(events: true)
    let steady = try #require(bench.nextRequest())
    let opened = bench.send(.answered(steady.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(opened == [.openEvents(controlPlane: 0, after: 5)])
    for sequence in [6, 7, 10] as [UInt64] { bench.send(.hint(sequence)) }
    #expect(bench.machine.status.counts.eventsSeen == 3)
    #expect(bench.machine.status.counts.eventsMissed == 2)
    bench.send(.eventsEnded)
    var reopened: [SyncAction] = []
    while reopened.isEmpty { reopened = bench.next().filter { $0.isOpeningEvents } }
    #expect(reopened == [.openEvents(controlPlane: 0, after: 10)])
  }

  @Test("a refresh is answered by a question asked after it, at once")
  func refresh() throws {
    let (bench, _) = try working()
    bench.pass(.seconds(1))
    let request = try #require(bench.send(.refreshWanted(1)).request)
    #expect(request.kind == .delta(from: 5, wait: .zero))
    #expect(bench.send(.refreshWanted(2)).isEmpty)
    let again = bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(bench.stamps.last?.refreshAnswered == 1)
    let second = try #require(again.request)
    bench.send(.answered(second.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(bench.stamps.last?.refreshAnswered == 2)
  }

  @Test("a control plane that wants nobody to wait is asked at the interval, and rarely to wait")
  func unwanted() throws {
    let (bench, long) = try working()
    var open = [long]
    while bench.now.bootNanoseconds < Bench.morning.bootNanoseconds + 600_000_000_000 {
      while let request = open.popLast() {
        var answer = SyncAnswer.nothingNew(Bench.five, waited: .zero)
        if request.kind != .delta(from: 5, wait: .zero) {
          answer = .problem(code: "too-many-waiting", text: "429")
        }
        open += bench.send(.answered(request.id, answer)).requests
      }
      open += bench.next().requests
    }
    let waits = bench.requests.filter { $0.request.kind != .delta(from: 5, wait: .zero) }
    #expect((10...60).contains(waits.count))
    #expect((58...62).contains(bench.requests.count - waits.count))
    #expect(bench.stamps.allSatisfy { $0.condition != .unreachable })
  }

  @Test("a stream of events that ends as soon as it is open is not opened in a loop")
  func flappingEvents() throws {
    let bench = Bench(events: true)
    bench.confirm()
    bench.send(.eventsOpened)
    bench.send(.eventsEnded)
    var opened = 0
    while bench.now.bootNanoseconds < Bench.morning.bootNanoseconds + 600_000_000_000 {
      for action in bench.next() {
        switch action {
        case .request(let request):
          bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero)))
        case .openEvents:
          opened += 1
          bench.send(.eventsOpened)
          bench.send(.eventsEnded)
        default: break
        }
      }
    }
    #expect((30...110).contains(opened), "\(opened)")
  }

  @Test("the count of refreshes may wrap")
  func wrapping() throws {
    var start = Bench.restarted
    start.refreshWanted = .max
    start.refreshAnswered = .max
    let bench = Bench(start)
    bench.confirm()
    let request = try #require(bench.send(.refreshWanted(0)).request)
    bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(bench.stamps.last?.refreshAnswered == 0)
  }
}

extension SyncAction {
  var isOpeningEvents: Bool { if case .openEvents = self { true } else { false } }
}
