import Foundation
import LoadResults
import Testing

@testable import LoadReport

@Suite struct ResultFileTests {
  /// A file's path that is gone after the test.
  static func withPath(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/result-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func `a result reads back as what it was`() throws {
    try Self.withPath { path in
      let result = SyntheticRun.failover
      try ResultFile.write(result, to: path)
      let back = try ResultFile.read(path)
      #expect(HTMLReport.text(of: back) == HTMLReport.text(of: result))
      #expect(back.loads[0].alone == result.loads[0].alone)
    }
  }

  @Test(arguments: [
    ("{}", "\"format\" is missing"), ("", "is no result"), ("[1]", "is no result"),
    ("{\"format\": 1}", "\"scenario\" is missing"),
    ("{\"format\": 2}", "has format 2, this program reads format 1"),
    ("{\"format\": \"x\"}", "is no result"),
  ])
  func `what is no result says so`(text: String, reason: String) throws {
    try Self.withPath { path in
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let error = try #require(throws: ResultFileError.self) { try ResultFile.read(path) }
      #expect(error.path == path && error.description.contains(reason), "\(error)")
    }
  }

  @Test func `damaged latencies are named with their place`() throws {
    try Self.withPath { path in
      try ResultFile.write(SyntheticRun.smoke(), to: path)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let damaged = text.replacing(/"alone":null/, with: "").replacing(
        /"connecting":\{"counts":\[/, with: "\"connecting\":{\"counts\":[0,", maxReplacements: 1)
      try damaged.write(toFile: path, atomically: true, encoding: .utf8)
      let error = try #require(throws: ResultFileError.self) { try ResultFile.read(path) }
      #expect(error.description.contains("at loads.0.connecting: latencies must be"), "\(error)")
    }
  }

  @Test func `a file that isn't there, or can't be, says so`() {
    let missing = #expect(throws: ResultFileError.self) { try ResultFile.read("/nowhere/a.json") }
    #expect(missing?.description.hasPrefix("/nowhere/a.json: can't be read: ") == true)
    let unwritable = #expect(throws: ResultFileError.self) {
      try ResultFile.write(SyntheticRun.smoke(), to: "/nowhere/a.json")
    }
    #expect(unwritable?.description.hasPrefix("/nowhere/a.json: can't be written: ") == true)
  }
}
