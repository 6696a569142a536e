import GeneratedMap
import Glibc
import ShardMap
import Synchronization

/// A published map of many tenants, in which one tenant after the other is moved.
///
/// It lies in the directory that `SHARDWAY_BENCHMARK_DIRECTORY` names, or in `/tmp`: where it lies
/// decides what synchronizing costs.
final class PublishFixture {
  private let path: String
  private let tenants: Int
  private(set) var map: CompiledMap

  init(tenants: Int) throws {
    let directory = getenv("SHARDWAY_BENCHMARK_DIRECTORY").map { String(cString: $0) } ?? "/tmp"
    path = "\(directory)/shardway-map-publish.\(getpid())"
    self.tenants = tenants
    try GeneratedMap.builder(tenants: tenants).publish(to: path)
    map = try CompiledMap.open(path: path)
    try map.verify()
  }

  deinit {
    unlink(path)
  }

  /// Moves one tenant, and does what a router then does: opens the new file and verifies it.
  func moveOne(_ durability: MapDurability) throws -> PublishCost {
    let version = map.header.mapVersion + 1
    let patch = GeneratedMap.moving(
      Int(version &* 7_919 % UInt64(tenants)), of: tenants, mapVersion: version)
    let files = TimedMapFiles()
    var cost = PublishCost()
    let start = ContinuousClock.now
    try map.publish(patch, to: path, durability: durability, files: files)
    let published = ContinuousClock.now
    let next = try CompiledMap.open(path: path)
    let opened = ContinuousClock.now
    try next.verify()
    let verified = ContinuousClock.now
    // Not a part of it: the old map goes after the new one is in use.
    map = next
    let released = ContinuousClock.now
    cost.copy = files.spent(on: .copy)
    cost.synchronize = files.spent(on: .synchronize)
    cost.rename = files.spent(on: .rename)
    cost.patch = published - start - cost.copy - cost.synchronize - cost.rename
    cost.open = opened - published
    cost.verify = verified - opened
    cost.release = released - verified
    cost.total = verified - start
    return cost
  }
}

/// What publishing one version took.
struct PublishCost {
  /// Working out the patch, its checksums, writing the changed blocks, and everything small.
  var patch = Duration.zero
  var copy = Duration.zero
  var synchronize = Duration.zero
  var rename = Duration.zero
  var open = Duration.zero
  var verify = Duration.zero
  /// From the patch to a verified map in a reader's hands.
  var total = Duration.zero
  /// Letting the old map go.
  var release = Duration.zero
}

/// The real file operations, with a stopwatch.
final class TimedMapFiles: MapFiles {
  enum Part: CaseIterable {
    case copy, synchronize, rename
  }

  private let real = POSIXMapFiles()
  private let times = Mutex<[Part: Duration]>([:])

  func spent(on part: Part) -> Duration { times.withLock { $0[part, default: .zero] } }

  private func timed(
    _ part: Part, _ body: () throws(MapFileError) -> Void
  ) throws(MapFileError) {
    let start = ContinuousClock.now
    try body()
    let time = ContinuousClock.now - start
    times.withLock { $0[part, default: .zero] += time }
  }

  func copy(
    _ byteCount: Int, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError) {
    try timed(.copy) { () throws(MapFileError) in try real.copy(byteCount, of: source, to: file) }
  }

  func synchronize(_ file: OpenMapFile) throws(MapFileError) {
    try timed(.synchronize) { () throws(MapFileError) in try real.synchronize(file) }
  }

  func synchronizeDirectory(of path: String) throws(MapFileError) {
    try timed(.synchronize) { () throws(MapFileError) in try real.synchronizeDirectory(of: path) }
  }

  func rename(_ file: OpenMapFile, to path: String) throws(MapFileError) {
    try timed(.rename) { () throws(MapFileError) in try real.rename(file, to: path) }
  }

  func removeLeftovers(beside path: String) { real.removeLeftovers(beside: path) }

  func makeTemporary(beside path: String) throws(MapFileError) -> OpenMapFile {
    try real.makeTemporary(beside: path)
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: OpenMapFile) throws(MapFileError) {
    try real.write(bytes, at: offset, to: file)
  }

  func truncate(_ file: OpenMapFile, to byteCount: Int) throws(MapFileError) {
    try real.truncate(file, to: byteCount)
  }

  func setMode(_ mode: UInt32, of file: OpenMapFile) throws(MapFileError) {
    try real.setMode(mode, of: file)
  }

  func close(_ file: OpenMapFile) { real.close(file) }

  func unlink(_ file: OpenMapFile) { real.unlink(file) }
}
