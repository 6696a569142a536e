import ShardMap
import Testing

@testable import DataPlane

@Suite("The slot of the map in force")
struct MapSlotTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func map(version: UInt64) throws -> CompiledMap {
    try SmallMap.publish(version: version, to: folder.map)
    return try CompiledMap.open(path: folder.map)
  }

  @Test("lets a map go where it is asked to, and not where the last worker drops it")
  func release() throws {
    let slot = MapSlot(try map(version: 1))
    weak let old = slot.map
    var workers = [slot.map, slot.map]
    slot.publish(try map(version: 2))
    #expect(slot.map.header.mapVersion == 2)
    slot.releaseUnused()
    #expect(old != nil, "a worker has it")
    workers.removeAll()
    #expect(old != nil, "a worker's thread would have paid for it")
    slot.releaseUnused()
    #expect(old == nil)
    #expect(slot.map.header.mapVersion == 2)
  }

  @Test("keeps what is in force, however often that is published")
  func current() throws {
    let map = try map(version: 1)
    let slot = MapSlot(map)
    slot.publish(map)
    slot.releaseUnused()
    #expect(slot.map === map)
  }
}
