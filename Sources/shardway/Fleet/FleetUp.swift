internal import ArgumentParser
internal import Console
internal import LocalFleet

/// `shardway fleet up`.
struct FleetUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract:
      "Starts shards, control plane, sidecar and router, and keeps them until Ctrl-C.",
    discussion: """
      The servers are real PostgreSQL servers on 127.0.0.1, as root run by the account postgres. \
      Their data is in a fresh folder that is deleted when the fleet stops; it is written without \
      waiting for the disk, so a fleet is for trying things out and not for keeping data.

      EXAMPLES
        shardway fleet up
        shardway fleet up --shards 3 --replicas 2 --tenants 12 --port 7432
        shardway fleet up --check
      """)

  @Option(help: "Number of shards, each a primary and its replicas.")
  var shards = 2

  @Option(help: "Streaming replicas of each shard.")
  var replicas = 1

  @Option(help: "Number of tenants, dealt to the shards in turn.")
  var tenants = 6

  @OptionGroup var programs: FleetPrograms

  @Option(help: "Port of the router's listener for PostgreSQL clients; 0 takes a free one.")
  var port: UInt16 = 6432

  @Option(help: "Port of the router's listener for TLS by server name; 0 takes a free one.")
  var tlsPort: UInt16 = 6433

  @Option(help: "Port of the control plane; 0 takes a free one.")
  var controlPort: UInt16 = 7400

  @Flag(
    help: ArgumentHelp(
      "Query every tenant, move one, create one, stop the control plane, and stop.",
      discussion: "Says what happened; the exit status is 0 only if all of it went right."))
  var check = false

  func validate() throws {
    let chosen = [port, tlsPort, controlPort].filter { $0 != 0 }
    guard Set(chosen).count == chosen.count else {
      throw ValidationError("--port, --tls-port and --control-port must differ")
    }
  }

  func run() async throws {
    let session = FleetSession(
      fleet: fleetOptions, router: routerOptions, checksOnly: check)
    switch try await Interruption.cancelling({ try await session.run() }) {
    case .right: return
    case .wrong: throw ExitCode.failure
    case .interruptedAtStart: throw ExitCode(130)
    }
  }

  private var fleetOptions: FleetOptions {
    var options = FleetOptions()
    options.shards = shards
    options.replicasPerShard = replicas
    options.tenants = tenants
    options.control = programs.controlOptions
    // A check must not fail because somebody uses the usual ports.
    options.control?.port = check || !LoopbackPort.isFree(controlPort) ? 0 : controlPort
    return options
  }

  private var routerOptions: RouterOptions {
    var options = RouterOptions(executable: programs.path(of: .router))
    // Not one for each core: an ordinary user may lock 8 MiB on Debian, enough for 24 rings.
    options.workers = 2
    options.postgresPort = check ? 0 : port
    options.tlsPort = check ? 0 : tlsPort
    return options
  }
}
