internal import ArgumentParser
internal import Console
internal import Foundation
internal import LocalFleet

/// The router beside PgBouncer, HAProxy and other peers.
@main
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-compare",
    abstract: "Measures the router beside PgBouncer, HAProxy and other peers.",
    discussion: """
      Each proxy has one thread. Transactions in a second, latency, and the processor time that \
      the proxy takes for a transaction are measured in short interleaved blocks; ratios are taken \
      round by round. Figures of a machine that does other work meanwhile are rough.

      Without choices one dimension is varied at a time: 1 to 5,000 clients, rows of 64 B to 1 MiB, \
      with and without sharing of server connections and TLS, on a server that answers at once and \
      on PostgreSQL. --servers, --pooling and --tls narrow that down; with --clients, --sizes or \
      --modes every combination of what is named is measured instead.

      EXAMPLES
        shardway-compare --quick --servers postgres
        shardway-compare --clients 1,64,5000 --sizes 64B,1MiB --json all.json --html all.html
        shardway-compare --peers Config/peers.yaml --pooling transaction
      """)

  @Option(help: "Rounds: each is one block for each proxy.")
  var rounds = 8

  @Option(help: "Seconds of a block.")
  var blockSeconds = 2

  @Option(
    help: ArgumentHelp("Who answers: null (at once), postgres.", valueName: "null,postgres"))
  var servers: Choices<Workload.Server>?

  @Option(
    help: ArgumentHelp(
      """
      session: each client has a server connection; transaction: all clients share eight, and who \
      can't do that takes no part.
      """, valueName: "session,transaction"))
  var pooling: Choices<Workload.Pooling>?

  @Option(
    help: ArgumentHelp(
      """
      Whether clients encrypt. The router and HAProxy pass that on, PgBouncer ends it.
      """, valueName: "off,on"))
  var tls: Choices<Workload.Encryption>?

  @Option(help: ArgumentHelp("Numbers of clients.", valueName: "1,64,5000"))
  var clients: Numbers?

  @Option(help: ArgumentHelp("Sizes of a row.", valueName: "64B,16KiB,1MiB"))
  var sizes: Sizes?

  @Option(
    help: ArgumentHelp("How statements are sent.", valueName: "simple,extended,prepared"))
  var modes: Choices<Workload.Mode>?

  @Option(
    help: """
      Workers of the router, and processes of PgBouncer.
      """)
  var workers = 1

  @Option(
    help: """
      shared: all on one core; server: the server apart from proxy and clients; proxy: the proxy \
      apart from server and clients; none: anywhere.
      """)
  var pin = Pinning.shared

  @Option(help: "More peers, from a file such as Config/peers.yaml.")
  var peers: String?

  @Flag(help: "Let a second router take part, to show what two equals differ by.")
  var control = false

  @Flag(help: "Three rounds of one second: a first look.")
  var quick = false

  @Option(help: "Write all measurements and ratios to this file, too.")
  var json: String?

  @Option(help: "Write a page with plots of the ratios to this file, too.")
  var html: String?

  @Option(help: "The folder of shardway-router and shardway-bench; by default this program's.")
  var programs: String?

  func validate() throws {
    guard 1...ComparisonLimits.rounds ~= rounds else {
      throw ValidationError("--rounds must be 1 to \(ComparisonLimits.rounds)")
    }
    guard 1...ComparisonLimits.blockSeconds ~= blockSeconds else {
      throw ValidationError("--block-seconds must be 1 to \(ComparisonLimits.blockSeconds)")
    }
    guard 1...ComparisonLimits.workers ~= workers else {
      throw ValidationError("--workers must be 1 to \(ComparisonLimits.workers)")
    }
    if plan.workloads.isEmpty {
      throw ValidationError(
        "nothing is left to measure: a PostgreSQL server has not more than"
          + " \(ComparisonLimits.postgresSessions) sessions, and the standard plan not every combination"
      )
    }
  }

  func run() async throws {
    let more = try peers.map { try PeerFile.load($0) } ?? []
    let comparison = Comparison(
      settings: JSONReport.Settings(
        rounds: quick ? 3 : rounds, blockSeconds: quick ? 1 : blockSeconds, workers: workers,
        pinning: pin),
      programs: programs ?? Self.ownFolder, hasControl: control, plan: plan,
      peers: Peer.standard + more, jsonPath: json, htmlPath: html)
    do {
      try await Interruption.cancelling { try await comparison.run() }
    } catch FleetError.cancelled {
      try leave()
    } catch is CancellationError {
      try leave()
    }
  }

  private func leave() throws -> Never {
    Terminal.standard.line("interrupted; nothing is left running")
    throw ExitCode(130)
  }

  private var plan: WorkloadPlan {
    WorkloadPlan(
      WorkloadPlan.Choice(
        servers: servers?.all, poolings: pooling?.all, encryptions: tls?.all,
        clients: clients?.all, bytes: sizes?.all, modes: modes?.all))
  }

  private static var ownFolder: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().path
  }
}

extension Peer {
  /// The peers that are looked for without being asked for.
  static let standard: [Peer] = [
    .pgbouncer, .pgbouncerLargeBuffers, .haproxy, .haproxyLargeBuffers, .haproxySplicing,
  ]
}

extension Pinning: ExpressibleByArgument {}
