internal import ArgumentParser
internal import Console

/// The operator's command. Each subcommand has a folder of its own.
@main
struct Shardway: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway",
    abstract:
      "Works with the control plane and with shard maps, explains routes, and runs a local fleet.",
    discussion: """
      The control plane is named by --control, --token-file and --ca, or by the environment: \
      SHARDWAY_CONTROL, SHARDWAY_TOKEN_FILE, SHARDWAY_CA.

      Completion for bash, zsh and fish, ids of tenants and shards included:
        shardway --generate-completion-script bash > /etc/bash_completion.d/shardway
      """,
    version: Release.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Control plane",
        subcommands: [
          ResourceCommand<Commanded.Tenant>.self, ResourceCommand<Commanded.Shard>.self,
          ResourceCommand<Commanded.Instance>.self, ResourceCommand<Commanded.Policy>.self,
          ResourceCommand<Commanded.Pool>.self, ResourceCommand<Commanded.Region>.self,
          ResourceCommand<Commanded.Zone>.self,
        ]),
      CommandGroup(
        name: "Fleet",
        subcommands: [
          EventsCommand.self, RoutersCommand.self, MapCommand.self, RouteCommand.self,
          TTLCommand.self,
        ]),
      CommandGroup(name: "Router", subcommands: [TopCommand.self]),
      CommandGroup(name: "This machine", subcommands: [DoctorCommand.self, FleetCommand.self]),
    ])
}
