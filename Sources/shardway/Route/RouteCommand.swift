internal import ArgumentParser

/// `shardway route`.
struct RouteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "route",
    abstract: "Tells where the router sends sessions, and why.",
    subcommands: [RouteExplain.self])
}
