import MapSync
import ShardMap
import Testing

@Suite("A sidecar that begins")
struct StartTests {
  @Test("with nothing asks for a snapshot at once, and says nothing to routers")
  func nothing() throws {
    let bench = Bench(SyncStart())
    let request = try #require(bench.send(.clock).request)
    #expect(request.kind == .snapshot)
    #expect(bench.stamps.isEmpty)
    let edition = MapEdition(version: 9, root: Bench.root(9))
    #expect(bench.deliver(request.id, edition).contains(.apply(request.id)))
    #expect(bench.stamps.last?.mapVersion == 9 && bench.stamps.last?.condition == .current)
  }

  @Test("with a map says its true age, and asks within the interval", arguments: 1...50)
  func restarted(seed: UInt64) throws {
    let bench = Bench(seed: seed)
    #expect(bench.send(.clock).isEmpty)
    let stamp = try #require(bench.stamps.first)
    #expect(stamp.condition == .starting && stamp.mapVersion == 5 && stamp.writerPID == 77)
    #expect(stamp.confirmedAtBootNanoseconds == Bench.earlier(.seconds(60)).bootNanoseconds)
    let request = try #require(bench.nextRequest())
    #expect(request.kind == .delta(from: 5, wait: .zero))
    #expect(bench.now.bootNanoseconds - Bench.morning.bootNanoseconds <= Bench.interval.nanoseconds)
  }

  @Test("starts spread evenly over the interval")
  func jitter() {
    var tenths = [Int](repeating: 0, count: 10)
    for seed in 0..<UInt64(2000) {
      let wake = Bench(seed: seed).machine.sleepUntil - Bench.morning.bootNanoseconds
      tenths[Int(wake * 10 / Bench.interval.nanoseconds)] += 1
    }
    #expect(tenths.allSatisfy { (140...260).contains($0) }, "\(tenths)")
  }

  @Test("publishes the records it holds when the map is missing or older")
  func publishing() throws {
    let four = MapEdition(version: 4, root: Bench.root(4))
    for published in [nil, four] {
      let bench = Bench(
        SyncStart(published: published, stored: Bench.five, confirmed: Bench.earlier(.seconds(60))))
      guard case .publish(let id)? = bench.send(.clock).first else {
        Issue.record("nothing is published")
        return
      }
      bench.send(.applied(id, Bench.five))
      #expect(bench.stamps.last?.mapVersion == 5 && bench.stamps.last?.condition == .starting)
      #expect(bench.age == .seconds(60))
    }
  }

  @Test("never follows records that are older than the map in use")
  func rolledBackRecords() throws {
    let four = MapEdition(version: 4, root: Bench.root(4))
    let bench = Bench(
      SyncStart(published: Bench.five, stored: four, confirmed: Bench.earlier(.seconds(60))))
    #expect(bench.send(.clock).isEmpty)
    #expect(bench.stamps.last?.mapVersion == 5)
    #expect(bench.nextRequest()?.kind == .snapshot)
  }

  @Test("tries again to publish at the interval, not in a loop")
  func publishingFails() throws {
    let bench = Bench(SyncStart(stored: Bench.five, confirmed: Bench.earlier(.seconds(60))))
    var attempts = 0
    for _ in 0..<1000
    where bench.now.bootNanoseconds < Bench.morning.bootNanoseconds + 60_000_000_000 {
      for action in bench.next() {
        switch action {
        case .publish(let id):
          attempts += 1
          let refusal = SyncRefusal(code: "unusable-file", text: "the disk is full")
          bench.send(.notPublished(id, refusal, stored: Bench.five))
        case .request(let request):
          bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero)))
        default: break
        }
      }
    }
    #expect((5...8).contains(attempts))
    #expect(bench.machine.status.condition == .refusing)
    #expect(bench.machine.status.confirmed == Bench.earlier(.seconds(60)))
  }
}
