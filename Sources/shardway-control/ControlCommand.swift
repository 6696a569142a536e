import ArgumentParser
import Console

/// The control plane's command line.
@main
struct ControlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-control",
    abstract: "Owns the shard map: an event log, its projections and an HTTP API.",
    discussion: """
      A first start:
        shardway-control init /var/lib/shardway-control
        shardway-control serve --config /var/lib/shardway-control/control.yaml

      SIGTERM and SIGINT end a server: long polls and event streams are ended, requests under way
      are finished.
      """,
    version: Release.version,
    subcommands: [
      ServeCommand.self, InitCommand.self, KeysCommand.self, TokensCommand.self, ImportCommand.self,
      RebuildCommand.self, AuditCommand.self,
    ])
}
