internal import ArgumentParser
internal import LocalFleet

/// The router beside PgBouncer, HAProxy and other peers.
struct ProxiesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxies",
    abstract: "Measures the router beside PgBouncer, HAProxy and other peers.",
    discussion: """
      Each proxy has one thread. Transactions in a second, latency, and the processor time that \
      the proxy takes for a transaction are measured in short interleaved blocks; ratios are taken \
      round by round. Figures of a machine that does other work meanwhile are rough.

      Without choices one dimension is varied at a time: 1 to 5,000 clients, rows of 64 B to 1 MiB, \
      with and without sharing of server connections and TLS, connections kept or opened for each \
      transaction, on a server that answers at once and on PostgreSQL. --servers, --pooling, --tls \
      and --connections narrow that down; with --clients, --sizes or --modes every combination of \
      what is named is measured instead.

      EXAMPLES
        shardway-compare --quick --servers postgres
        shardway-compare --clients 1,64,5000 --sizes 64B,1MiB --json all.json --html all.html
        shardway-compare --peers Config/peers.yaml --pooling transaction
        shardway-compare --connections anew,resumed
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
      Whether clients encrypt. on: the router and HAProxy pass that on, PgBouncer ends it; ends: \
      the router and PgBouncer end it, and encrypt to the server anew; direct: it begins with the \
      first byte (PostgreSQL 17), the router and HAProxy end it, and the way to the server is in \
      the clear.
      """, valueName: "off,on,ends,direct"))
  var tls: Choices<Workload.Encryption>?

  @Option(
    help: ArgumentHelp(
      """
      How long clients stay connected. kept: for all of their transactions; anew: for one, with a \
      full TLS handshake where they encrypt; resumed: for one, and each resumes the TLS session of \
      one before (--tls ends or direct).
      """, valueName: "kept,anew,resumed"))
  var connections: Choices<Workload.Connections>?

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
    try OptionRange.check("--rounds", rounds, upTo: ComparisonLimits.rounds)
    try OptionRange.check("--block-seconds", blockSeconds, upTo: ComparisonLimits.blockSeconds)
    try OptionRange.check("--workers", workers, upTo: ComparisonLimits.workers)
    if plan.workloads.isEmpty {
      throw ValidationError(
        "nothing is left to measure: a PostgreSQL server has not more than"
          + " \(ComparisonLimits.postgresSessions) sessions, TLS sessions are resumed only with --tls"
          + " ends or direct, and the standard plan has not every combination")
    }
  }

  func run() async throws {
    let more = try peers.map { try PeerFile.load($0) } ?? []
    let comparison = Comparison(
      settings: JSONReport.Settings(
        rounds: quick ? 3 : rounds, blockSeconds: quick ? 1 : blockSeconds, workers: workers,
        pinning: pin),
      programs: programs ?? Programs.ownFolder, hasControl: control, plan: plan,
      peers: Peer.standard + more, jsonPath: json, htmlPath: html)
    try await Programs.uninterrupted { try await comparison.run() }
  }

  private var plan: WorkloadPlan {
    WorkloadPlan(
      WorkloadPlan.Choice(
        servers: servers?.all, poolings: pooling?.all, encryptions: tls?.all,
        clients: clients?.all, bytes: sizes?.all, modes: modes?.all,
        connections: connections?.all))
  }
}

extension Peer {
  /// The peers that are looked for without being asked for.
  static let standard: [Peer] = [
    .pgbouncer, .pgbouncerLargeBuffers, .haproxy, .haproxyLargeBuffers, .haproxySplicing,
  ]
}

extension Pinning: ExpressibleByArgument {}
