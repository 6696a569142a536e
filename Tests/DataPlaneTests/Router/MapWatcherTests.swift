import Glibc
import ShardMap
import Testing

@testable import DataPlane

@Suite("Map watcher")
struct MapWatcherTests {
  @Test("finds a map that was renamed over the old one, once")
  func newer() throws {
    let folder = try TemporaryFolder()
    try SmallMap.publish(version: 1, to: folder.map)
    var (watcher, first) = try MapWatcher.opening(folder.map)
    #expect(first.header.mapVersion == 1)
    #expect(watcher.look() == nil, "nothing has changed")
    try SmallMap.publish(version: 2, to: folder.map)
    #expect(watcher.foundVersion() == 2)
    #expect(watcher.look() == nil, "it was taken already")
  }

  @Test("takes a map of the same version again, since its file is another one")
  func sameVersion() throws {
    let folder = try TemporaryFolder()
    try SmallMap.publish(version: 5, to: folder.map)
    var (watcher, _) = try MapWatcher.opening(folder.map)
    try SmallMap.publish(version: 5, to: folder.map)
    #expect(watcher.foundVersion() == 5)
  }

  @Test("refuses an older map once, and goes on to a newer one")
  func older() throws {
    let folder = try TemporaryFolder()
    try SmallMap.publish(version: 5, to: folder.map)
    var (watcher, _) = try MapWatcher.opening(folder.map)
    try SmallMap.publish(version: 4, to: folder.map)
    let found = watcher.foundRefusal()
    let refusal = try #require(found)
    #expect(refusal.contains("version 4") && refusal.contains("5"))
    #expect(watcher.look() == nil, "it was refused already")
    try SmallMap.publish(version: 6, to: folder.map)
    #expect(watcher.foundVersion() == 6)
  }

  @Test("refuses a damaged map, names the file, and goes on to a sound one")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try SmallMap.publish(version: 1, to: folder.map)
    var (watcher, _) = try MapWatcher.opening(folder.map)
    var bytes = try SmallMap.bytes(version: 2)
    bytes[bytes.count - 3] ^= 0x40
    try folder.replaceMap(with: bytes)
    let found = watcher.foundRefusal()
    let refusal = try #require(found)
    #expect(refusal.contains(folder.map))
    try SmallMap.publish(version: 2, to: folder.map)
    #expect(watcher.foundVersion() == 2)
  }

  @Test("refuses what is no map", arguments: [[], Array("not a map".utf8)] as [[UInt8]])
  func foreign(bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    try SmallMap.publish(version: 1, to: folder.map)
    var (watcher, _) = try MapWatcher.opening(folder.map)
    try folder.replaceMap(with: bytes)
    #expect(watcher.foundRefusal() != nil)
  }

  @Test("a file that is away for the moment changes nothing")
  func vanished() throws {
    let folder = try TemporaryFolder()
    try SmallMap.publish(version: 1, to: folder.map)
    var (watcher, _) = try MapWatcher.opening(folder.map)
    unlink(folder.map)
    #expect(watcher.look() == nil)
    try SmallMap.publish(version: 2, to: folder.map)
    #expect(watcher.foundVersion() == 2)
  }

  @Test("does not begin without a map that can be used")
  func opening() throws {
    let folder = try TemporaryFolder()
    #expect(throws: MapFileError.self) { try MapWatcher.opening(folder.map) }
    var bytes = try SmallMap.bytes(version: 1)
    bytes[bytes.count / 2] ^= 1
    try folder.replaceMap(with: bytes)
    #expect(throws: MapFileError.self) { try MapWatcher.opening(folder.map) }
  }
}

extension MapWatcher {
  /// Looks; the version that was found.
  fileprivate mutating func foundVersion() -> UInt64? {
    if case .newer(let map) = look() { map.header.mapVersion } else { nil }
  }

  /// Looks; why what was found is refused.
  fileprivate mutating func foundRefusal() -> String? {
    if case .refused(let why) = look() { "\(why)" } else { nil }
  }
}
