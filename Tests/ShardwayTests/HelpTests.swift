import ArgumentParser
import Console
import Testing

@testable import shardway

@Suite struct HelpTests {
  /// The commands without an example, by their words.
  private static func lacking(
    _ command: any ParsableCommand.Type, _ words: String
  ) -> [String] {
    let inner = command.configuration.subcommands
    guard inner.isEmpty else {
      return inner.flatMap { lacking($0, "\(words) \($0._commandName)") }
    }
    return command.configuration.discussion.contains("  \(words)") ? [] : [words]
  }

  @Test func `every command has an example`() {
    #expect(Self.lacking(Shardway.self, "shardway") == [])
  }

  @Test func `the program tells its version`() {
    #expect(Shardway.configuration.version == Release.version)
    #expect(Release.version.split(separator: ".").compactMap { Int($0) }.count == 3)
  }
}
