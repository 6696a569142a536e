internal import ArgumentParser
internal import Foundation
internal import LocalFleet

/// The programs that a local fleet runs.
struct FleetPrograms: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of the shardway programs that a local fleet runs. (default: that of this program)",
      valueName: "folder"))
  var programs: String?

  /// The path of one of them.
  func path(of name: String) -> String {
    let folder = programs.map { URL(fileURLWithPath: $0) } ?? Self.ownFolder
    return folder.appendingPathComponent(name).path
  }

  /// The control plane and the sidecar.
  var controlOptions: FleetControlOptions {
    FleetControlOptions(
      control: path(of: "shardway-control"), sidecar: path(of: "shardway-sidecar"))
  }

  private static var ownFolder: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  }
}
