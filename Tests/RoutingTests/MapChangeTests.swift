import Routing
import ShardMap
import Testing

@Suite struct MapChangeTests {
  static let before = Fleet(replicas: ["a@east/a", "b@east/a"])

  @Test func `health stays with an instance whose index changes`() throws {
    let worker = try Worker(Self.before)
    worker.fail("a", times: 5)
    worker.begin("b", times: 3)
    let old = worker.map.instance(id: "a".utf8Span.span.bytes)
    try worker.adopt(
      Fleet(
        shards: [.init(replicas: ["new@east/a", "b@east/a", "a@east/a"])],
        spares: ["spare@west/a"]))
    #expect(worker.map.instance(id: "a".utf8Span.span.bytes) != old)
    #expect(worker.health("a").isEjected(at: worker.now))
    #expect(worker.health("b").inFlight == 3)
    #expect(worker.health("new").failures == 0)
    #expect(worker.told() == "new same-zone")
  }

  @Test func `another address is another instance`() throws {
    let worker = try Worker(Self.before)
    worker.fail("a", times: 5)
    var after = Self.before
    after.port = 5433
    try worker.adopt(after)
    #expect(!worker.health("a").isEjected(at: worker.now))
  }

  @Test func `a session ends in the slot where it began, though its instance is gone`() throws {
    let worker = try Worker(Self.before)
    let slot = try worker.route(tried: ["b"]).slot
    worker.begin("a")
    for name in ["c", "d", "e"] {
      try worker.adopt(Fleet(replicas: ["b@east/a", "\(name)@east/a"]))
      #expect(worker.slot(name) != slot, "the slot is still in use")
      #expect(worker.health(name).inFlight == 0)
    }
    worker.end(slot)
    try worker.adopt(Fleet(replicas: ["b@east/a", "f@east/a", "g@east/a"]))
    #expect(
      Set([worker.slot("f"), worker.slot("g")]).contains(slot), "drained slots are used again")
  }

  @Test func `what is known of an instance that left is forgotten with its slot`() throws {
    let worker = try Worker(Self.before)
    worker.fail("a", times: 5)
    try worker.adopt(Fleet(replicas: ["b@east/a", "c@east/a"]))
    #expect(worker.health("c").failures == 0)
    try worker.adopt(Self.before)
    #expect(worker.health("a").failures == 0)
  }

  @Test func `panic stays with a shard whose index changes`() throws {
    let worker = try Worker(Self.before)
    for id in ["a", "b"] { worker.fail(id, times: 5) }
    _ = worker.told()
    try worker.adopt(
      Fleet(shards: [
        .init(id: "s0", primary: "q@east/a"), .init(replicas: ["a@east/a", "b@east/a"]),
      ]))
    worker.connect("a")
    #expect(worker.isPanicking("s1"))
    #expect(!worker.isPanicking("s0"))
  }

  @Test func `panic follows health across a map with the same catalog`() throws {
    let worker = try Worker(Self.before)
    for id in ["a", "b"] { worker.fail(id, times: 5) }
    _ = worker.told()
    try worker.adopt(Self.before)
    #expect(worker.isPanicking())
    for id in ["a", "b"] { worker.connect(id) }
    try worker.adopt(Self.before)
    _ = worker.told()
    #expect(!worker.isPanicking())
    for id in ["a", "b"] { worker.fail(id, times: 5) }
    _ = worker.told()
    #expect(worker.isPanicking())
  }

  @Test func `many changes of the map don't let the table grow`() throws {
    let worker = try Worker(Self.before)
    var slots: Set<HealthSlot> = []
    for round in 0..<50 {
      try worker.adopt(Fleet(replicas: ["a\(round)@east/a", "b\(round)@east/a"]))
      for id in ["p", "a\(round)", "b\(round)"] { slots.insert(worker.slot(id)) }
    }
    #expect(slots.count == 3)
  }
}
