import ArgumentParser
import Foundation
import MapDocument
import Testing

@testable import shardway

@Suite("shardway map")
struct MapCommandTests {
  /// A directory with the sample document in `map.json`, the same with a finding in `bad.json`, and
  /// its compiled form in `map.swmap`. Arguments name files in it with a leading `@`.
  private final class Directory {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("map-command-\(UUID().uuidString)")

    init() throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      try write(MapDocument.sample.encoded(), "map.json")
      try write(MapDocument.sample { $0.tenants[0].shard = "x" }.encoded(), "bad.json")
      try write(MapDocument.sample { $0.mapVersion = 9 }.encoded(), "newer.json")
      try write(Array("{".utf8), "no.json")
      try write(MapCompiler.compile(.sample), "map.swmap")
      try write(MapCompiler.compile(.sample).dropLast(), "cut.swmap")
    }

    deinit {
      try? FileManager.default.removeItem(at: url)
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: url.appendingPathComponent(name))
    }
  }

  @Test(
    "ends with the status that says what happened",
    arguments: [
      ("validate @map.json", 0), ("validate @bad.json", 1), ("validate @no.json", 2),
      ("validate @absent.json", 2), ("validate @map.json --previous @newer.json", 1),
      ("compile @map.json -o @out.swmap", 0), ("compile @bad.json -o @out.swmap", 1),
      ("compile @map.json -o @absent/out.swmap", 2), ("inspect @map.swmap", 0),
      ("inspect @map.swmap --json", 0), ("inspect @cut.swmap", 2), ("inspect @absent", 2),
      ("lookup @map.swmap acme globex", 0), ("lookup @map.swmap acme --json", 0),
      ("lookup @map.swmap acme nobody", 1), ("lookup @cut.swmap acme", 2),
      ("lookup @map.swmap", 64),
      ("diff @map.json @map.swmap", 0), ("diff @map.swmap @newer.json", 0),
      ("diff @map.swmap @bad.json", 1), ("diff @map.json @bad.json --json", 1),
      ("diff @map.json @cut.swmap", 2), ("diff @no.json @map.json", 2),
      ("diff @absent @map.json", 2), ("diff @map.json", 64),
      ("validate", 64), ("compile @map.json", 64),
    ])
  func exitStatus(line: String, expected: Int32) throws {
    let directory = try Directory()
    let arguments = line.split(separator: " ").map { word in
      word.hasPrefix("@")
        ? directory.url.appendingPathComponent(String(word.dropFirst())).path : String(word)
    }
    var status: Int32 = 0
    do {
      var command = try MapCommand.parseAsRoot(arguments)
      try command.run()
    } catch {
      status = MapCommand.exitCode(for: error).rawValue
    }
    #expect(status == expected)
  }
}
