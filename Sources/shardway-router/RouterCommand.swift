import ArgumentParser
import Console
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
        shardway-router --config router.yaml --pool premium-1 --router-name r1
        shardway-router --config router.yaml --doctor
        shardway-router --capabilities

      SIGTERM and SIGINT end it: idle sessions at once, busy ones when they are idle or when
      timeouts.stop has passed. SIGUSR1 logs the counters. SIGUSR2 starts a new process in this
      one's place, as restart.socket says, and hands its clients over. SIGHUP reads the
      configuration again: all of it comes into force, or nothing.
      """,
    version: Release.version)

  @Option(name: .shortAndLong, help: "The configuration file (YAML).")
  var config: String?

  @Option(help: "The pool that the router runs for, instead of the file's pool.id.")
  var pool: String?

  @Option(help: "The router's name in its pool, instead of the file's pool.router.")
  var routerName: String?

  @Flag(help: "Check configuration and map, say what would be done, and end.")
  var check = false

  @Flag(
    help:
      "Look at all that the router depends on, say what to do, and end: with 1 where it would not do its work."
  )
  var doctor = false

  @Flag(help: "With --doctor: tell it as JSON.")
  var json = false

  @Flag(help: "Tell which io_uring features this kernel has and what is done without, and end.")
  var capabilities = false

  func validate() throws {
    if json && !doctor { throw ValidationError("--json goes with --doctor") }
    if config == nil && !capabilities {
      throw ValidationError(
        "give --config FILE (a sample is Config/router.yaml), or --capabilities")
    }
  }

  func run() throws {
    if doctor { return try examine() }
    do {
      let found = try Capabilities.probe()
      if capabilities {
        print(CapabilityTable(found).text)
        return
      }
      let file = try RouterFile.load(
        config!, PoolOverride(pool: pool, router: routerName))
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

  private func examine() throws {
    let report = Doctor(
      path: config!, override: PoolOverride(pool: pool, router: routerName)
    ).examine()
    if json {
      print(report.json)
    } else {
      for line in report.lines(.standard) { print(line) }
    }
    guard report.isFit else { throw ExitCode(ConsoleError.exitCode) }
  }
}
