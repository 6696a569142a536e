internal import ArgumentParser
internal import Console
internal import LoadReport

/// `shardway-bench report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Shows the result of a run again, from its JSON file.",
    discussion: """
      Exit status: 0 it was shown, 2 the file could not be used.

      Example:
        shardway-bench report result.json --html report.html
      """)

  @Argument(help: "The JSON file of a run.", completion: .file())
  var result: String

  @Option(help: ArgumentHelp("Write a report with plots to this file.", valueName: "file"))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "Write an HdrHistogram percentile file for each load into this folder.",
      valueName: "folder"))
  var hgrm: String?

  func run() throws {
    let outputs = Outputs(html: html, hgrm: hgrm)
    let read = try BenchExit.orFail { () throws(BenchError) in
      try outputs.check()
      let read = try Outputs.read(result)
      try outputs.write(read)
      return read
    }
    TextReport(read).show(on: .standard)
    outputs.tell(.standard)
  }
}
