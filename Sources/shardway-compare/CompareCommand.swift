internal import ArgumentParser
internal import Console
internal import Foundation
internal import LocalFleet

/// What the router does, measured beside what others do.
@main
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-compare",
    abstract: "Measures the router beside other proxies.",
    discussion: """
      EXAMPLES
        shardway-compare --quick --servers postgres
        shardway-compare --connections anew,resumed
        shardway-compare isolation --rounds 8
      """,
    version: Release.version,
    subcommands: [ProxiesCommand.self, IsolationCommand.self],
    defaultSubcommand: ProxiesCommand.self)
}

/// What the commands share.
enum Programs {
  /// The folder of this program, where the others are as well.
  static var ownFolder: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().path
  }

  /// Runs what starts servers and stops them again; Ctrl-C and SIGTERM have it do so early.
  ///
  /// - Throws: `ExitCode` 130 when it was interrupted.
  static func uninterrupted(_ run: @escaping @Sendable () async throws -> Void) async throws {
    do {
      try await Interruption.cancelling { try await run() }
    } catch FleetError.cancelled {
      try leave()
    } catch is CancellationError {
      try leave()
    }
  }

  private static func leave() throws -> Never {
    Terminal.standard.line("interrupted; nothing is left running")
    throw ExitCode(130)
  }
}
