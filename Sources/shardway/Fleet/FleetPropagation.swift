internal import ArgumentParser
internal import Console
internal import LocalFleet

/// `shardway fleet propagation`.
struct FleetPropagation: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "propagation",
    abstract: "Measures how long a change takes from its commit until a router uses it.",
    discussion: """
      Starts a fleet with control plane, sidecar and router, makes changes one after the other, and \
      takes the time from the end of each transaction until the last worker of the router has the map \
      that contains it. Without events the sidecar only polls; every change then waits for the next poll.

      EXAMPLES
        shardway fleet propagation --changes 500
        shardway fleet propagation --changes 30 --events off --interval 1s --json
        shardway fleet propagation --changes 50 --records 1000000
      """)

  enum Events: String, CaseIterable, ExpressibleByArgument {
    case on, off
  }

  @OptionGroup var programs: FleetPrograms

  @Option(help: "How many changes to make.")
  var changes = 500

  @Option(help: "Whether the sidecar is told of changes (events and long poll): on or off.")
  var events = Events.on

  @Option(help: "The sidecar's poll interval.")
  var interval = DurationArgument(seconds: 2)

  @Option(help: "Tenants that are records only, so that the map has the size of a large fleet's.")
  var records = 0

  @Option(help: "Workers of the router.")
  var workers = 2

  @Flag(help: "Print JSON, with all times.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(changes) else {
      throw ValidationError("--changes must be 1 to 100000")
    }
    guard (0...10_000_000).contains(records) else {
      throw ValidationError("--records must be 0 to 10000000")
    }
  }

  func run() async throws {
    let (fleet, router) = (fleetOptions, routerOptions)
    let run = PropagationRun(fleet: fleet, router: router, changes: changes, records: records)
    let json = json
    let findings = try await Interruption.cancelling {
      try await run.run { line in
        if !json { Terminal.standard.status(line) }
      }
    }
    let report = PropagationSummary(
      findings, events: events == .on, intervalSeconds: interval.seconds, workers: workers)
    if json {
      try CommandOutput.printJSON(report)
    } else {
      report.show(on: .standard)
    }
  }

  private var fleetOptions: FleetOptions {
    var options = FleetOptions()
    options.shards = 1
    options.replicasPerShard = 0
    options.tenants = 2
    var control = programs.controlOptions
    control.hearsOfChanges = events == .on
    control.pollInterval = .milliseconds(Int64(interval.seconds * 1000))
    options.control = control
    return options
  }

  private var routerOptions: RouterOptions {
    var options = RouterOptions(executable: programs.path(of: .router))
    options.workers = workers
    return options
  }
}
