internal import ArgumentParser
internal import Console

/// The load test. Each subcommand has a folder of its own.
@main
struct ShardwayBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-bench",
    abstract: "Tests routers under load: open-loop, many tenants, faults on schedule, a verdict.",
    discussion: """
      Exit status: 0 all objectives hold, 1 one does not, 2 it could not be done, 64 the command \
      line is wrong, 130 interrupted.
      """,
    version: Release.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Measuring",
        subcommands: [RunCommand.self, FindLimitCommand.self, SaturateCommand.self]),
      CommandGroup(name: "Results", subcommands: [CompareCommand.self, ReportCommand.self]),
      CommandGroup(
        name: "Preparing",
        subcommands: [
          CheckCommand.self, PrepareCommand.self, BackendCommand.self, HalfOpenCommand.self,
        ]),
    ])
}
