internal import ArgumentParser
internal import Console
internal import Foundation
internal import LoadReport
internal import LoadResults

/// `shardway-bench compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Says what is a real difference between two runs, and what is noise.",
    discussion: """
      Takes the JSON files of two runs. A difference is real if resampled windows of both runs \
      show it, too (bootstrap, 95 %).

      Exit status: 0 they were compared, 2 a file could not be used.

      Example:
        shardway-bench compare before.json after.json --html compared.html
      """)

  @Argument(help: "The JSON file of the run that is compared with.", completion: .file())
  var a: String

  @Argument(help: "The JSON file of the run that is compared.", completion: .file())
  var b: String

  @Option(help: ArgumentHelp("Write a report with plots to this file.", valueName: "file"))
  var html: String?

  @Option(help: ArgumentHelp("Write all figures to this file.", valueName: "file"))
  var json: String?

  func run() throws {
    let outputs = Outputs(json: json, html: html)
    let comparison = try BenchExit.orFail { () throws(BenchError) in
      try outputs.check()
      let comparison = Comparison.of(try Outputs.read(a), try Outputs.read(b))
      try outputs.write(comparison)
      return comparison
    }
    TextReport(comparison).show(on: .standard)
    outputs.tell(.standard)
  }
}
