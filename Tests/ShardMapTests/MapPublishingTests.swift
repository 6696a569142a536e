import Files
import Glibc
import Testing

@testable import ShardMap

@Suite("Publishing a map")
struct MapPublishingTests {
  enum Kind: CaseIterable {
    case compiled, patched
  }

  private func publish(_ kind: Kind, to path: String, files: any MapFiles) throws {
    switch kind {
    case .compiled:
      try SampleMap.builder(tenants: 100, mapVersion: 8).publish(to: path, files: files)
    case .patched:
      var patch = MapPatch(mapVersion: 8, issuedAt: 0)
      patch.upsertTenant(
        id: "new", shard: "s1", policy: "standard", pool: "own", generation: 1)
      try CompiledMap.open(path: path).publish(patch, to: path, files: files)
    }
  }

  @Test(
    "leaves the old map or the new one, whole, wherever it fails or is killed",
    arguments: Kind.allCases, [false, true])
  func everyStep(kind: Kind, isKilled: Bool) throws {
    var (old, new) = (0, 0)
    for step in 0... {
      let folder = try FreshFolder("shardmap-test")
      try SampleMap.builder(tenants: 100).publish(to: folder.map)
      let files = StoppingMapFiles(stopAt: step, isKilled: isKilled)
      let failure = Result { try publish(kind, to: folder.map, files: files) }
      let map = try CompiledMap.open(path: folder.map)
      try map.verify()
      if map.header.mapVersion == 7 { old += 1 } else { new += 1 }
      if !isKilled { #expect(folder.names == ["map.swmap"], "step \(step)") }

      // Whoever publishes next finds a clean place.
      try publishUntil(folder, has: ["map.swmap"]) {
        try publish(kind, to: folder.map, files: POSIXMapFiles())
      }
      #expect(folder.names == ["map.swmap"], "step \(step): \(files.names)")
      #expect(try CompiledMap.open(path: folder.map).header.mapVersion == 8)
      if case .success = failure, files.names.count <= step { break }
    }
    #expect(old >= 6)
    #expect(new >= 1)
  }

  @Test("sweeps up what killed writers left, and nothing else")
  func leftovers() throws {
    let folder = try FreshFolder("shardmap-test")
    let others = [
      "map.swmap.writing-", "map.swmap.writing-0123456789abcdeg", "map.swmap.writing-0123",
      "other.swmap.writing-0123456789abcdef", "map.swmap.old",
      "xmap.swmap.writing-0123456789abcdef",
    ]
    for name in others { try folder.make(name) }
    try folder.make("map.swmap.writing-0123456789abcdef")
    let files = POSIXMapFiles()
    let live = try files.makeTemporary(beside: folder.map)
    try SampleMap.builder(tenants: 1).publish(to: folder.map)
    let name = String(live.path.dropFirst(folder.path.count + 1))
    #expect(folder.names == (others + ["map.swmap", name]).sorted())

    // A killed process loses its lock.
    files.close(live)
    try publishUntil(folder, has: (others + ["map.swmap"]).sorted()) {
      try SampleMap.builder(tenants: 1).publish(to: folder.map)
    }
    #expect(folder.names == (others + ["map.swmap"]).sorted())
  }

  /// Publishes, and again for a while as long as other files are there: a process that another test
  /// is about to start holds a copy of a writer's lock for a moment.
  private func publishUntil(
    _ folder: FreshFolder, has names: [String], publish: () throws -> Void
  ) throws {
    let end = ContinuousClock.now + .seconds(60)
    repeat { try publish() } while folder.names != names && ContinuousClock.now < end
  }

  @Test("makes the file readable for everybody, and nobody else may write it")
  func mode() throws {
    let folder = try FreshFolder("shardmap-test")
    for kind in [Kind.compiled, .patched] {
      try publish(kind, to: folder.map, files: POSIXMapFiles())
      var status = stat()
      #expect(stat(folder.map, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o644)
    }
  }

  @Test("waits for the disk before the name changes, or leaves that for later")
  func durability() throws {
    let folder = try FreshFolder("shardmap-test")
    try SampleMap.builder(tenants: 3).publish(to: folder.map)
    for (durability, expected) in [
      (
        MapDurability.beforeUse,
        ["setMode", "synchronize", "rename", "synchronizeDirectory"]
      ), (.deferred, ["setMode", "rename"]),
    ] {
      let files = StoppingMapFiles(stopAt: .max, isKilled: false)
      try CompiledMap.open(path: folder.map).publish(
        MapPatch(mapVersion: 8, issuedAt: 0), to: folder.map, durability: durability, files: files)
      #expect(files.names.drop { $0 != "setMode" } == expected[...])
    }
    let files = StoppingMapFiles(stopAt: .max, isKilled: false)
    try synchronizeMap(at: folder.map, files: files)
    #expect(files.names == ["synchronize", "synchronizeDirectory"])
  }

  @Test(
    "copies a file whole, to the same file system and to another", arguments: ["/tmp", "/dev/shm"])
  func copying(directory: String) throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let source = try TemporaryFile(bytes)
    let descriptor = open(source.path, O_RDONLY)
    defer { close(descriptor) }
    let files = POSIXMapFiles()
    let target = try files.makeTemporary(beside: directory + "/shardmap-copy.\(getpid())")
    defer {
      files.unlink(target)
      files.close(target)
    }
    let open = OpenMapFile(path: source.path, descriptor: descriptor)
    try files.copy(bytes.count, of: open, to: target)
    var copied = [UInt8](repeating: 0, count: bytes.count + 1)
    let count = pread(target.descriptor, &copied, copied.count, 0)
    #expect(count == bytes.count)
    #expect(copied.prefix(bytes.count).elementsEqual(bytes))
    #expect(throws: MapFileError.self) {
      try files.copy(bytes.count + 1, of: open, to: target)
    }
  }

  @Test("after a loss of power that kept the name and lost bytes, is refused by a reader")
  func tornFile() throws {
    let bytes = try SampleMap.bytes(tenants: 3_000)
    let page = 4_096
    for start in stride(from: 0, to: bytes.count, by: page) {
      var torn = bytes
      let lost = start..<min(start + page, bytes.count)
      guard bytes[lost].contains(where: { $0 != 0 }) else { continue }
      for place in lost { torn[place] = 0 }
      let file = try TemporaryFile(torn)
      #expect(throws: MapFileError.self, "page at \(start)") {
        try CompiledMap.open(path: file.path).verify()
      }
    }
  }
}
