import Foundation
import MapDocument
import ShardMap
import Testing

@Suite("Compiling a map document")
struct CompilerTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("map-compiler-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  private func inDirectory(_ body: (String) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory.appendingPathComponent("map.swmap").path)
  }

  @Test("keeps everything that the document says")
  func content() throws {
    try inDirectory { path in
      try MapCompiler.write(.sample, to: path)
      let map = try CompiledMap.open(path: path)
      try map.verify()
      #expect(map.header.mapVersion == 7)
      #expect(map.header.issuedAt == 1_795_219_200_000)
      let tenant = map.tenant(try #require(map.tenant(id: "globex")))
      #expect(map.text(tenant.database) == "globex_db")
      #expect(tenant.generation == 4)
      #expect(tenant.state == .suspended)
      #expect(map.pool(tenant.pool).dedicated)
      #expect(map.policy(tenant.policy).tier == .eventual)
      let shard = map.shard(tenant.shard)
      #expect(map.text(shard.id) == "s2")
      #expect(shard.epoch == 5)
      #expect(shard.mode == TimedMode(.paused))
      #expect(map.instance(shard.primary).address.description == "[::1]:5433")
      let replica = map.instance(map.replica(0, of: shard))
      #expect(map.text(replica.id) == "s2-b")
      #expect(map.text(map.region(map.zone(replica.zone).region).id) == "far")
    }
  }

  @Test("gives the same bytes for the same document, in memory and on disk")
  func deterministic() throws {
    try inDirectory { path in
      try MapCompiler.write(.sample, to: path)
      let written = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(try MapCompiler.compile(.sample) == written)
    }
  }

  @Test("refuses a document with findings, and leaves the old file and nothing else")
  func invalid() throws {
    try inDirectory { path in
      try MapCompiler.write(.sample, to: path)
      let bad = MapDocument.sample { $0.tenants[0].shard = "x" }
      #expect(throws: MapCompileError.invalid(bad.validate())) {
        try MapCompiler.write(bad, to: path)
      }
      #expect(try CompiledMap.open(path: path).header.mapVersion == 7)
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      #expect(names == ["map.swmap"])
    }
  }

  @Test("leaves no temporary file when the target can't be replaced")
  func unwritable() throws {
    try inDirectory { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      #expect(throws: MapCompileError.self) { try MapCompiler.write(.sample, to: path) }
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      #expect(names == ["map.swmap"])
    }
  }
}
