internal import ArgumentParser

/// `shardway fleet`.
struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "Runs real PostgreSQL servers and a router on this machine.",
    subcommands: [FleetUp.self])
}
