internal import ArgumentParser

/// `shardway fleet`.
struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "Runs real PostgreSQL servers, control plane, sidecar and router on this machine.",
    subcommands: [FleetUp.self, FleetPropagation.self])
}
