internal import ArgumentParser
internal import Foundation
internal import LocalFleet

/// The programs a fleet runs; by default those beside this one.
struct FleetPrograms: ParsableArguments {
  enum Program: String {
    case router = "shardway-router"
    case control = "shardway-control"
    case sidecar = "shardway-sidecar"
  }

  @Option(help: "The shardway-router program. (default: the one beside this program)")
  var router: String?

  @Option(help: "The shardway-control program. (default: the one beside this program)")
  var control: String?

  @Option(help: "The shardway-sidecar program. (default: the one beside this program)")
  var sidecar: String?

  func path(of program: Program) -> String {
    let given =
      switch program {
      case .router: router
      case .control: control
      case .sidecar: sidecar
      }
    return given ?? Self.pathBeside(program)
  }

  /// The program beside this one.
  static func pathBeside(_ program: Program) -> String {
    folder.appendingPathComponent(program.rawValue).path
  }

  var controlOptions: FleetControlOptions {
    FleetControlOptions(control: path(of: .control), sidecar: path(of: .sidecar))
  }

  /// This program, as a person in this folder would call it.
  static var ownPath: String {
    let path = folder.appendingPathComponent("shardway").path
    let here = FileManager.default.currentDirectoryPath + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }

  private static var folder: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  }
}
