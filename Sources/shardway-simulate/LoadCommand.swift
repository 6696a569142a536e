import ArgumentParser
import Simulation

/// Measures what a fleet of sidecars asks of a control plane.
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Count the requests of many simulated sidecars at one simulated control plane.")

  @Option(help: "How many sidecars there are.")
  var sidecars = 1_000

  @Option(help: "Seed of all draws.")
  var seed: UInt64 = 1

  func run() throws {
    let report = LoadModel(sidecars: sidecars, seed: seed).run()
    for line in report.lines { print(line) }
    guard report.holds else { throw ExitCode.failure }
  }
}
