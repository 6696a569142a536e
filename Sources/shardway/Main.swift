import ArgumentParser

/// The operator's command. Each subcommand has a folder of its own.
@main
struct Shardway: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway",
    abstract: "Work with shard maps, routes and local fleets.",
    subcommands: [MapCommand.self])
}
