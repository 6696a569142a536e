import ArgumentParser
import ControlPlane
import ShardMap

/// `rebuild`: the projections are what the log says, or are made so.
struct RebuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Computes all projections again from the log, in a copy, and compares.",
    discussion: """
      Servers may go on meanwhile; the comparison itself keeps writers waiting. Exit code 2 means
      that something differed and was not repaired, 3 that the log itself is broken.

      Examples:
        shardway-control rebuild --config /etc/shardway/control.yaml
        shardway-control rebuild --config /etc/shardway/control.yaml --repair
      """)

  @OptionGroup var store: StoreOptions
  @Option(help: "Where to make the copy; beside the store if not given.")
  var scratch: String?
  @Flag(help: "Replace projections that differ.")
  var repair = false
  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    try await ConsoleError.telling {
      let store = try store.open()
      let report: RebuildReport
      do {
        report = try await Rebuild.run(
          store, scratch: scratch ?? store.path + ".rebuild", repairing: repair)
      } catch let broken as BrokenLink {
        print("the log is broken, so nothing can be rebuilt: \(broken)")
        throw ExitCode(3)
      }
      if json { printJSON(report) } else { printText(report) }
      if report.differenceCount > 0, !report.isRepaired { throw ExitCode(2) }
    }
  }

  private func printText(_ report: RebuildReport) {
    for difference in report.differences { print(difference) }
    let more = report.differenceCount - report.differences.count
    if more > 0 { print("and \(more) more") }
    let head = report.head
    if report.differenceCount == 0 {
      print("good: \(head.sequence) events, \(head.count) resources, root \(head.root)")
    } else {
      print(
        report.isRepaired
          ? "repaired: root \(head.root); sidecars that are ahead of it say so"
          : "\(report.differenceCount) rows differ; --repair replaces them")
    }
  }

  private func printJSON(_ report: RebuildReport) {
    JSONOutput.print([
      "differenceCount": .integer(Int64(report.differenceCount)),
      "differences": .array(report.differences.map { .string($0.description) }),
      "mapVersion": .integer(report.head.sequence), "repaired": .bool(report.isRepaired),
      "resources": .integer(report.head.count), "root": .string(report.head.root.description),
    ])
  }
}
