internal import ArgumentParser
internal import Foundation

/// Where a measurement is written to.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write all figures to this file.",
      discussion: """
        Without --json, --html and --hgrm, JSON and HTML go to a fresh folder NAME-DATE here.
        """, valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write a report with plots to this file.", valueName: "file"))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "Write an HdrHistogram percentile file for each load into this folder.",
      valueName: "folder"))
  var hgrm: String?

  /// The files of a measurement that begins now.
  func outputs(named name: String, at date: Date = Date()) -> Outputs {
    guard json == nil && html == nil && hgrm == nil else {
      return Outputs(json: json, html: html, hgrm: hgrm)
    }
    let form = DateFormatter()
    form.locale = Locale(identifier: "en_US_POSIX")
    form.dateFormat = "yyyyMMdd-HHmmss"
    let folder = "\(Self.fileName(name))-\(form.string(from: date))"
    return Outputs(json: "\(folder)/result.json", html: "\(folder)/report.html", hgrm: nil)
  }

  /// A name without what a file's name should not have.
  static func fileName(_ name: String) -> String {
    let kept = name.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
        ? character : "-"
    }
    let text = String(kept.drop { $0 == "." })
    return text.isEmpty ? "run" : text
  }
}
