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

  @Option(name: .customLong("protocol"), help: "How pgbench talks: simple, extended or prepared.")
  var protocolMode = BlockRunner.ProtocolMode.simple

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
  }

  func run() async throws {
    let comparison = Comparison(
      settings: JSONReport.Settings(
        rounds: quick ? 3 : rounds, blockSeconds: quick ? 1 : blockSeconds,
        protocolMode: protocolMode, pinning: pin),
      router: router ?? Self.besideThisProgram, hasControl: control,
      workloads: Workload.all.filter { only == nil || $0.kind == only }, jsonPath: json)
    do {
      try await Interruption.cancelling { try await comparison.run() }
    } catch FleetError.cancelled {
      Terminal.standard.line("interrupted; nothing is left running")
      throw ExitCode(130)
    }
  }

  private static var besideThisProgram: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("shardway-router").path
  }
}

extension BlockRunner.ProtocolMode: ExpressibleByArgument {}
extension Pinning: ExpressibleByArgument {}
extension Workload.Kind: ExpressibleByArgument {}
