internal import ArgumentParser
internal import Foundation
internal import Console
internal import LocalFleet

/// `shardway fleet up`.
struct FleetUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Starts shards, tenants and the router, and keeps them until Ctrl-C.",
    discussion: """
      The servers are real PostgreSQL servers on 127.0.0.1, as root run by the account postgres. \
      Their data is in a fresh folder that is deleted when the fleet stops; it is written without \
      waiting for the disk, so a fleet is for trying things out and not for keeping data.
      """)

  @Option(help: "Number of shards, each a primary and its replicas.")
  var shards = 2

  @Option(help: "Streaming replicas of each shard.")
  var replicas = 1

  @Option(help: "Number of tenants, dealt to the shards in turn.")
  var tenants = 6

  @Option(help: "The shardway-router program; by default the one beside this program.")
  var router: String?

  @Option(help: "Port of the router's listener for PostgreSQL clients; 0 takes a free one.")
  var port: UInt16 = 6432

  @Option(help: "Port of the router's listener for TLS by server name; 0 takes a free one.")
  var tlsPort: UInt16 = 6433

  @Flag(help: "Query every tenant through the router, say who answered, and stop.")
  var check = false

  func validate() throws {
    guard port != tlsPort || port == 0 else {
      throw ValidationError("--port and --tls-port are both \(port); give each its own")
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
    return options
  }

  private var routerOptions: RouterOptions {
    let beside = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("shardway-router").path
    var options = RouterOptions(executable: router ?? beside)
    // Not one for each core: an ordinary user may lock 8 MiB on Debian, enough for 24 rings.
    options.workers = 2
    // A check must not fail because somebody uses the usual ports.
    options.postgresPort = check ? 0 : port
    options.tlsPort = check ? 0 : tlsPort
    return options
  }
}
