import ArgumentParser
import Console

/// Runs simulated worlds, and tells of the first that breaks an invariant.
@main
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-simulate",
    abstract: "Run the real code in simulated worlds.",
    version: Release.version,
    subcommands: [WorldsCommand.self, LoadCommand.self], defaultSubcommand: WorldsCommand.self)
}
