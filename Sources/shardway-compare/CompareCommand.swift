internal import ArgumentParser
internal import Console
internal import Foundation
internal import LocalFleet

/// The router beside PgBouncer and HAProxy on one PostgreSQL server.
@main
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-compare",
    abstract: "Measures the router beside PgBouncer and HAProxy on one PostgreSQL server.",
    discussion: """
      Each proxy has one thread. Transactions in a second, latency, and the processor time that \
      the proxy takes for a transaction are measured in short interleaved blocks; ratios are taken \
      round by round. Figures of a machine that does other work meanwhile are rough.
      """)

  @Option(help: "Rounds: each is one block for each proxy.")
  var rounds = 8

  @Option(help: "Seconds of a block.")
  var blockSeconds = 2

  @Option(
    help: """
      session: each client has a server connection; transaction: 64 clients share eight of them, \
      and HAProxy, which can't, takes no part.
      """)
  var pooling = Workload.Pooling.session

  @Option(
    name: .customLong("protocol"),
    help: """
      How pgbench talks: simple, extended or prepared. By default simple, and each in turn with \
      --pooling transaction.
      """)
  var protocolMode: Workload.ProtocolMode?

  @Option(help: "Workers of the router, and processes of PgBouncer, with --pooling transaction.")
  var workers = 1

  @Option(
    help: """
      shared: all on one core; server: the server apart from proxy and pgbench; proxy: the proxy apart from server and \
      pgbench; none: anywhere.
      """)
  var pin = Pinning.shared

  @Option(help: "Only this kind of workload: select or bulk.")
  var only: Workload.Kind?

  @Flag(help: "Let a second router take part, to show what two equals differ by.")
  var control = false

  @Flag(help: "Three rounds of one second: a first look.")
  var quick = false

  @Option(help: "Write all measurements and ratios to this file, too.")
  var json: String?

  @Option(help: "The shardway-router program; by default the one beside this program.")
  var router: String?

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
    guard workers == 1 || pooling == .transaction else {
      throw ValidationError("--workers goes with --pooling transaction")
    }
    guard only != .bulk || pooling == .session else {
      throw ValidationError("--only bulk goes with --pooling session")
    }
  }

  func run() async throws {
    let comparison = Comparison(
      settings: JSONReport.Settings(
        rounds: quick ? 3 : rounds, blockSeconds: quick ? 1 : blockSeconds,
        pooling: pooling, workers: workers, pinning: pin),
      router: router ?? Self.besideThisProgram, hasControl: control,
      workloads: workloads.filter { only == nil || $0.kind == only }, jsonPath: json)
    do {
      try await Interruption.cancelling { try await comparison.run() }
    } catch FleetError.cancelled {
      Terminal.standard.line("interrupted; nothing is left running")
      throw ExitCode(130)
    }
  }

  private var workloads: [Workload] {
    switch pooling {
    case .session: Workload.ofSessions(protocolMode ?? .simple)
    case .transaction:
      Workload.ofSharers(protocolMode.map { [$0] } ?? Workload.ProtocolMode.allCases)
    }
  }

  private static var besideThisProgram: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("shardway-router").path
  }
}

extension Workload.ProtocolMode: ExpressibleByArgument {}
extension Workload.Pooling: ExpressibleByArgument {}
extension Pinning: ExpressibleByArgument {}
extension Workload.Kind: ExpressibleByArgument {}
