internal import ArgumentParser

/// The operator's command.
@main
struct Shardway: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway",
    abstract: "Works with shard maps, explains routes, and runs a local fleet.",
    subcommands: [FleetCommand.self])
}
