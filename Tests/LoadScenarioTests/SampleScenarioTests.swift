import Foundation
import Testing

@testable import LoadScenario

/// The scenarios in `Config/scenarios`, which people run and copy from.
@Suite struct `Sample scenarios` {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Config/scenarios").standardized.path

  static let names = [
    "capacity", "connection-flood", "connection-storm", "control-plane-outage", "failover",
    "handshake-storm", "many-tenants", "premium-isolation", "reference", "router-restart", "smoke",
    "staleness",
  ]

  @Test func `are all known here`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
    #expect(
      files.filter { $0.hasSuffix(".yaml") }.sorted() == Self.names.map { "\($0).yaml" })
  }

  @Test(arguments: names)
  func `can be run, have the file's name, and say what they are for`(_ name: String) throws {
    let path = "\(Self.folder)/\(name).yaml"
    let scenario = try ScenarioFile.load(path)
    #expect(scenario.name == name && !scenario.about.isEmpty && !scenario.objectives.isEmpty)
    #expect(scenario.target != nil || scenario.fleet != nil)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasPrefix("# ") && text.contains("Tools/bench"))
  }

  /// The local fleet has these tenants, and two cores for everything.
  @Test(
    arguments: names.filter {
      !$0.hasPrefix("connection-") && $0 != "handshake-storm" && $0 != "many-tenants"
        && $0 != "reference"
    })
  func `fit a small local fleet`(_ name: String) throws {
    let scenario = try ScenarioFile.load("\(Self.folder)/\(name).yaml")
    let fleet = try #require(scenario.fleet)
    let tenants: Set = ["acme", "birch", "cedar", "dune", "ember", "fjord"]
    #expect(fleet.tenants == tenants.count && fleet.shards == 2)
    #expect(scenario.loads.allSatisfy { tenants.isSuperset(of: $0.tenants.names) })
    let rate = try #require(scenario.offeredRate())
    #expect(rate <= 2000 && scenario.duration <= .seconds(40))
  }

  @Test func `explain every setting in the reference`() throws {
    let text = try String(contentsOfFile: "\(Self.folder)/reference.yaml", encoding: .utf8)
    for key in ScenarioFile.settings {
      #expect(
        text.firstRange(of: try Regex("(^|[ {])\(key): ").anchorsMatchLineEndings()) != nil
          || text.contains("\(key):\n"), "\(key)")
    }
  }
}
