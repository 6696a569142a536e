import ArgumentParser
import DataPlane
import Logging
import Uring

/// The router's command line.
@main
struct RouterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-router",
    abstract: "Routes PostgreSQL clients to their tenant's shard.",
    discussion: """
      Examples:
        shardway-router --config /etc/shardway/router.yaml
        shardway-router --config router.yaml --check
        shardway-router --capabilities

      SIGTERM and SIGINT end it: idle sessions at once, busy ones when they are idle or when
      timeouts.stop has passed. SIGUSR1 logs the counters.
      """)

  @Option(name: .shortAndLong, help: "The configuration file (YAML).")
  var config: String?

  @Flag(help: "Check configuration and map, say what would be done, and end.")
  var check = false

  @Flag(help: "Tell which io_uring features this kernel has and what is done without, and end.")
  var capabilities = false

  func validate() throws {
    if config == nil && !capabilities {
      throw ValidationError(
        "give --config FILE (a sample is Config/router.yaml), or --capabilities")
    }
  }

  func run() throws {
    do {
      let found = try Capabilities.probe()
      if capabilities {
        print(CapabilityTable(found).text)
        return
      }
      let file = try RouterFile.load(config!)
      if check {
        try ConfigurationCheck.run(file)
      } else {
        try Serving.run(file, capabilities: found.without(file.unusedFeatures))
      }
    } catch {
      ConsoleError.print(error)
      throw ExitCode(ConsoleError.exitCode)
    }
  }
}
