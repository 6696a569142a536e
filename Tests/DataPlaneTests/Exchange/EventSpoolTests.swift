import DataPlane
import ShardMap
import Testing

@Suite("Events on their way to the control plane")
struct EventSpoolTests {
  private static func events(_ count: Int) -> [RouterEvent] {
    (0..<count).map { RouterEvent(kind: .moveRequested, tenant: "t\($0)", text: "why") }
  }

  @Test("They are numbered on, told the oldest first, and told again until they are taken")
  func delivery() {
    var spool = EventSpool(first: 100)
    spool.add(Self.events(40), atMilliseconds: 7)
    #expect(spool.first.map(\.number) == Array(100..<132))
    #expect(spool.first.first?.kind == "move-requested" && spool.first.first?.atMilliseconds == 7)
    spool.take(upTo: 103)
    #expect(spool.first.map(\.tenant) == (4..<36).map { "t\($0)" })
    spool.take(upTo: 101)
    #expect(spool.first.first?.number == 104)
    spool.take(upTo: 139)
    #expect(spool.first.isEmpty)
    spool.add(Self.events(1), atMilliseconds: 8)
    #expect(spool.first.map(\.number) == [140] && spool.dropped == 0)
  }

  @Test("When nobody takes them, the oldest are dropped and counted")
  func bound() {
    var spool = EventSpool(first: 1)
    for _ in 0..<20 { spool.add(Self.events(100), atMilliseconds: 0) }
    #expect(spool.dropped == UInt64(2000 - RouterExchangeLimits.eventsKept))
    #expect(spool.first.first?.number == spool.dropped + 1)
    spool.take(upTo: 2000)
    #expect(spool.first.isEmpty)
  }

  @Test("After the clock was set back, numbers go on behind those that were taken")
  func clockSetBack() {
    var spool = EventSpool(first: 10)
    spool.add(Self.events(3), atMilliseconds: 0)
    // An earlier process of the router's has told as many.
    spool.take(upTo: 500)
    #expect(spool.first.map(\.number) == [501, 502, 503])
    spool.add(Self.events(1), atMilliseconds: 0)
    spool.take(upTo: 502)
    #expect(spool.first.map(\.number) == [503, 504])
  }
}
