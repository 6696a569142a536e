import ArgumentParser

/// `shardway map`: documents and compiled files.
struct MapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Validate, compile, inspect, query, compare and fetch shard maps.",
    discussion: """
      A map is written as a JSON document (see Config/map.json) and compiled into a file \
      that routers map into memory.

      Exit status: 0 success; 1 the answer is no (the document has findings, a tenant is unknown, two maps differ); \
      2 a file can't be read or written, or is damaged; 64 wrong usage.

      EXAMPLES
        shardway map validate map.json --previous map-in-force.json
        shardway map compile map.json --output /var/lib/shardway/map.swmap
        shardway map inspect /var/lib/shardway/map.swmap
        shardway map lookup /var/lib/shardway/map.swmap acme globex --json
        shardway map diff map-in-force.json /var/lib/shardway/map.swmap
        shardway map pull --output map.json
      """,
    subcommands: [
      ValidateCommand.self, CompileCommand.self, InspectCommand.self, LookupCommand.self,
      DiffCommand.self, PullCommand.self,
    ])
}
