import Glibc
import Routing
import ShardMap
import Synchronization
import Testing

@testable import DataPlane

extension ProbedInstance {
  /// A statement whose parts all follow from one number.
  fileprivate static func numbered(_ number: UInt64) -> ProbedInstance {
    ProbedInstance(
      sample: InstanceSample(
        role: number % 2 == 0 ? .primary : .replica, takenAt: MonotonicTime(nanoseconds: number),
        position: LogPosition(rawValue: number &* 3), freshAsOf: MonotonicTime(nanoseconds: ~number)
      ),
      epoch: number % 3 == 0 ? nil : number &+ 5, roundTripNanoseconds: number ^ 0xFFFF)
  }
}

@Suite("Board of samples")
struct SampleBoardTests {
  @Test("what was written is read, and nothing else")
  func values() {
    let board = SampleBoard(count: 3)
    let all = (0..<3).map { InstanceIndex($0) }
    #expect(all.allSatisfy { board.read($0) == nil && board.probed($0) == nil })
    let extremes = ProbedInstance(
      sample: InstanceSample(
        role: .replica, takenAt: MonotonicTime(nanoseconds: .max),
        position: LogPosition(rawValue: .max), freshAsOf: MonotonicTime(nanoseconds: .max)),
      epoch: .max, roundTripNanoseconds: .max)
    for statement in [.numbered(0), .numbered(1), .numbered(2), extremes] as [ProbedInstance] {
      board.write(statement, at: all[1])
      #expect(board.probed(all[1]) == statement && board.read(all[1]) == statement.sample)
      #expect(board.read(all[0]) == nil && board.read(all[2]) == nil)
    }
    board.write(nil, at: all[1])
    #expect(board.probed(all[1]) == nil)
  }

  @Test("a reader never sees parts of two statements, and never goes back", arguments: [1, 3])
  func torn(readers: Int) throws {
    let board = SampleBoard(count: 2)
    let index = InstanceIndex(1)
    let writes: UInt64 = 400_000
    let isOver = Atomic<Bool>(false)
    let torn = Atomic<Int>(0)
    let backward = Atomic<Int>(0)
    let seen = Atomic<Int>(0)
    let reading = Atomic<Int>(0)
    let write: @Sendable () -> Void = {
      while reading.load(ordering: .relaxed) < readers { usleep(100) }
      for number in 1...writes { board.write(.numbered(number), at: index) }
      isOver.store(true, ordering: .releasing)
    }
    let read: @Sendable () -> Void = {
      var last: UInt64 = 0
      reading.add(1, ordering: .relaxed)
      // One read comes after the last write.
      var isLast = false
      while !isLast {
        isLast = isOver.load(ordering: .acquiring)
        guard let known = board.probed(index) else { continue }
        let number = known.sample.takenAt.nanoseconds
        if known != .numbered(number) { torn.add(1, ordering: .relaxed) }
        if number < last { backward.add(1, ordering: .relaxed) }
        if number != last { seen.add(1, ordering: .relaxed) }
        last = number
      }
    }
    try onThreads([write] + Array(repeating: read, count: readers))
    #expect(torn.load(ordering: .relaxed) == 0)
    #expect(backward.load(ordering: .relaxed) == 0)
    #expect(seen.load(ordering: .relaxed) > 0)
    #expect(board.probed(index) == .numbered(writes))
  }
}

@Suite("Editions of the map")
struct MapEditionTests {
  private let shards: [ShardsMap.Shard] = [
    .init(id: "s1", primary: "a", replicas: ["b", "c"]), .init(id: "s2", primary: "d"),
  ]

  /// An edition in which every instance has been sampled.
  private func sampled(_ map: ShardsMap) throws -> MapEdition {
    let edition = MapEdition(try map.compiled())
    for index in edition.map.instanceIndices {
      edition.samples.write(.numbered(UInt64(index.rawValue) + 10), at: index)
    }
    return edition
  }

  private func number(_ id: String, in edition: MapEdition) -> UInt64? {
    edition.samples.read(edition.map.instance(named: id))?.takenAt.nanoseconds
  }

  @Test("a map that differs in its tenants only has the board of the one before")
  func shared() throws {
    let old = try sampled(ShardsMap(shards: shards))
    let next = MapEdition(try ShardsMap(shards: shards, version: 2).compiled(), after: old)
    #expect(next.samples === old.samples && next.map !== old.map)
  }

  @Test("what is known of an instance goes with it to its new place")
  func carried() throws {
    let old = try sampled(ShardsMap(shards: shards))
    let map = try ShardsMap(shards: shards.reversed(), spares: ["new"]).compiled()
    let next = MapEdition(map, after: old)
    #expect(next.samples !== old.samples && next.samples.count == 5)
    for id in ["a", "b", "c", "d"] {
      #expect(number(id, in: next) == number(id, in: old), "\(id)")
      #expect(map.instance(named: id) != old.map.instance(named: id), "\(id)")
    }
    #expect(number("new", in: next) == nil)
  }

  @Test("what was learnt at another address, or judged by another primary, stays behind")
  func leftBehind() throws {
    let old = try sampled(ShardsMap(shards: shards))
    let changed: [ShardsMap.Shard] = [
      .init(id: "s1", primary: "b", replicas: ["a", "c"]), .init(id: "s2", primary: "d:5433"),
    ]
    let next = MapEdition(try ShardsMap(shards: changed).compiled(), after: old)
    for id in ["a", "b", "c", "d"] { #expect(number(id, in: next) == nil, "\(id)") }
    let moved = MapEdition(
      try ShardsMap(shards: [
        .init(id: "s1", primary: "a", replicas: ["b"]),
        .init(id: "s2", primary: "d", replicas: ["c"]),
      ]).compiled(), after: old)
    #expect(number("a", in: moved) == 10 && number("b", in: moved) == 11)
    #expect(number("c", in: moved) == nil && number("d", in: moved) == 13)
  }

  @Test("the slot publishes map and board together")
  func slot() throws {
    let slot = MapSlot(try ShardsMap(shards: shards).compiled())
    let first = slot.edition
    first.samples.write(.numbered(7), at: first.map.instance(named: "b"))
    let map = try ShardsMap(shards: shards, spares: ["x"]).compiled()
    slot.publish(map)
    #expect(slot.map === map && slot.edition.map === map)
    #expect(slot.edition.samples.count == map.counts.instances)
    #expect(number("b", in: slot.edition) == 7)
    slot.publish(map)
    #expect(slot.edition.samples.read(map.instance(named: "b")) != nil)
  }
}
