import ArgumentParser
import Console

/// The sidecar's command line.
@main
struct SidecarCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-sidecar",
    abstract: "Brings the shard map to this machine's routers and keeps it fresh.",
    discussion: """
      Examples:
        shardway-sidecar --config /etc/shardway/sidecar.yaml
        shardway-sidecar --config sidecar.yaml --check
        shardway-sidecar status --config sidecar.yaml

      SIGTERM and SIGINT end it; the map stays in its place, and routers go on with it.
      """,
    version: Release.version,
    subcommands: [RunCommand.self, StatusCommand.self], defaultSubcommand: RunCommand.self)
}

/// Where the configuration is.
struct ConfigOption: ParsableArguments {
  @Option(name: .shortAndLong, help: "The configuration file (YAML).")
  var config: String
}

/// Errors as the person at the terminal sees them: one line on standard error.
enum ConsoleError {
  static let exitCode: Int32 = 1
}
