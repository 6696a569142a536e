import ArgumentParser
import ConfigurationFile
import Foundation

/// Tells how the sidecar of this machine stands.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tell version, age, last error, next attempt and routers.",
    discussion: """
      Ends with 0 if the map is usable: it is in its place and sound, and the sidecar runs; with 1
      otherwise. With --max-age a map that was confirmed longer ago isn't usable either.

      Examples:
        shardway-sidecar status --config /etc/shardway/sidecar.yaml
        shardway-sidecar status --config /etc/shardway/sidecar.yaml --max-age 5m --json
      """)

  @OptionGroup var option: ConfigOption

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: "How old the last confirmation may be, as 30s, 5m or 12h.")
  var maxAge: String?

  func run() throws {
    let view: StatusView
    do {
      let limit = try maxAge.map { text in
        guard let limit = Duration(configured: text) else {
          throw ValidationError("--max-age \(text) is no time such as 30s")
        }
        return limit
      }
      view = StatusView(try SidecarFile.load(option.config), maxAge: limit)
    } catch {
      FileHandle.standardError.write(Data("shardway-sidecar: \(error)\n".utf8))
      throw ExitCode(ConsoleError.exitCode)
    }
    print(json ? view.json : view.text)
    guard view.isUsable else { throw ExitCode(ConsoleError.exitCode) }
  }
}
