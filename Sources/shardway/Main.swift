internal import ArgumentParser

/// The operator's command. Each subcommand has a folder of its own.
@main
struct Shardway: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway",
    abstract: "Works with shard maps, explains routes, and runs a local fleet.",
    subcommands: [MapCommand.self, RouteCommand.self, FleetCommand.self])
}
