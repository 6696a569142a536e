import ArgumentParser
import Glibc
import Simulation

/// Runs the worker through simulated worlds, and tells of the first that breaks an invariant.
@main
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-simulate",
    abstract: "Run the real worker on a simulated kernel, one world a seed.",
    discussion:
      "A failing seed is printed with what was broken and the last events; --seed replays it exactly."
  )

  @Option(help: "How many seeds to run.")
  var seeds: UInt64 = 100

  @Option(help: "The first seed. Without --seeds it is the only one, and its trace is printed.")
  var seed: UInt64?

  @Flag(help: "Print a line for each seed.")
  var verbose = false

  func run() throws {
    let simulation = try Simulation()
    let first = seed ?? 1
    let count = seed != nil && !CommandLine.arguments.contains("--seeds") ? 1 : seeds
    CrashNote.install()
    var turns = 0
    var sessions = 0
    var bytes = 0
    for seed in first..<(first + count) {
      CrashNote.seed = seed
      let report = simulation.run(seed: seed)
      if verbose {
        print("seed \(seed): \(report.sessions) sessions, \(report.turns) turns")
      }
      if let violation = report.violation {
        tell(simulation.run(seed: seed, isTraced: true), violation)
        throw ExitCode.failure
      }
      turns += report.turns
      sessions += report.sessions
      bytes += report.bytesRelayed
    }
    print(
      "\(count) seeds: \(sessions) sessions, \(bytes >> 20) MiB relayed, \(turns) turns of the worker, no invariant broken"
    )
  }

  private func tell(_ report: SimulationReport, _ violation: String) {
    for line in report.trace { print(line) }
    print("seed \(report.seed) breaks an invariant: \(violation)")
    print("replay: Tools/simulate --seed \(report.seed)")
    if report.violation != violation {
      print(
        "the traced run differs (\(report.violation ?? "no violation")): something is not deterministic"
      )
    }
  }
}

/// Says which seed was running when the worker trapped.
enum CrashNote {
  /// The running seed. Written by the only thread, read by the signal handler on it.
  nonisolated(unsafe) static var seed: UInt64 = 0

  static func install() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS] {
      signal(number) { number in
        let text =
          "\nseed \(CrashNote.seed) traps; replay: Tools/simulate --seed \(CrashNote.seed)\n"
        _ = text.utf8.withContiguousStorageIfAvailable {
          write(STDERR_FILENO, $0.baseAddress, $0.count)
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
