internal import ArgumentParser

/// `shardway ttl`.
struct TTLCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ttl",
    abstract: "Chooses how fresh routers' maps must be, from what was measured.",
    subcommands: [TTLAdvise.self])
}
