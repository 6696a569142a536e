import ConfigurationFile
import Foundation
import LoadModel
import LoadScenario
import Testing

/// Whatever is written, it is read or refused; nothing traps.
@Suite struct `Random text` {
  @Test func `is no script, or one whose statements are cut at semicolons`() {
    let alphabet =
      Array(#"aE$$''""--/*():;:\ 1é"# + "\n").map(String.init) + ["\\set a random(1,2)\n"]
    for seed in 0..<5000 as Range<UInt64> {
      let text = Self.text(of: alphabet, seed: seed)
      guard let script = try? SQLScriptParser.parse(text, name: "x.sql") else { continue }
      #expect(script.statements.count <= text.count { $0 == ";" } + 1, "\(text)")
      #expect(script.statements.allSatisfy { !$0.isEmpty }, "\(text)")
    }
  }

  @Test func `is no objective, or one that is read alike without its spaces' number`() throws {
    let parts = [
      ["", "", "premium ", "for", "5 "],
      ["p99", "p0", "max", "error rate", "throughput", "mean", "x"],
      [" "], ["<", "<=", "≥", "=", "<<", ""], [" ", "  "], ["5", "0", "1.2", "-1", ""], [" "],
      ["ms", "%", "/s", "x alone", "× alone", ""], ["", "", " for premium", " for", " for a b"],
    ]
    var random = RandomSource(seed: 8)
    var found = 0
    for _ in 0..<5000 {
      let text = parts.compactMap { $0.randomElement(using: &random) }.joined()
      guard var objective = try? ObjectiveParser.parse(text) else { continue }
      found += 1
      var wide = try ObjectiveParser.parse(text.replacing(" ", with: "   "))
      (objective.text, wide.text) = ("", "")
      #expect(objective == wide, "\(text)")
    }
    #expect(50..<2000 ~= found)
  }

  @Test func `in the place of a setting's value never traps`() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Config/scenarios/reference.yaml").standardized.path
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("#") }.map(String.init)
    let values = [
      "", "0", "-1", "9223372036854775807", "1e300", ".nan", "[]", "{}", "[{}]", "x", "0s", "1h",
      "1000000000h", "0/s", "1 %", "\"\\0\"", "~", "true", "99999999999999999999/s",
    ]
    var random = RandomSource(seed: 4)
    for _ in 0..<200 {
      var changed = lines
      let index = Int.random(in: lines.indices, using: &random)
      let value = values.randomElement(using: &random) ?? ""
      changed[index] = "\(changed[index].prefix { $0 != ":" }): \(value)"
      do {
        let scenario = try ScenarioFile.read(changed.joined(separator: "\n"), at: path)
        try scenario.check()
      } catch let error as ConfigurationError {
        #expect(!error.text.isEmpty)
      } catch {
        Issue.record("a scenario that was read fails its own check: \(error)")
      }
    }
  }

  private static func text(of alphabet: [String], seed: UInt64) -> String {
    var random = RandomSource(seed: seed)
    let length = Int.random(in: 1...12, using: &random)
    return (0..<length).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
  }
}
