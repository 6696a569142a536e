import ArgumentParser
import ConfigurationFile
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs the sidecar.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the sidecar (this is what happens without a subcommand).",
    discussion: """
      Examples:
        shardway-sidecar run --config /etc/shardway/sidecar.yaml
        shardway-sidecar run --config /etc/shardway/sidecar.yaml --check
      """)

  @OptionGroup var option: ConfigOption

  @Flag(help: "Check configuration, token, certificates and folders, say what is there, and end.")
  var check = false

  func run() async throws {
    do {
      let file = try SidecarFile.load(option.config)
      if check {
        try SidecarCheck.run(file)
      } else {
        Allocator.useOneArena()
        signal(SIGPIPE, SIG_IGN)
        do {
          try await serve(file)
        } catch let fault as FieldError {
          throw file.error(fault)
        }
      }
    } catch {
      FileHandle.standardError.write(Data("shardway-sidecar: \(error)\n".utf8))
      throw ExitCode(ConsoleError.exitCode)
    }
  }

  private func serve(_ file: SidecarFile) async throws {
    var logger = Logger(label: "shardway-sidecar") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = file.logLevel
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(
            service: Sidecar(file: file, logger: logger),
            successTerminationBehavior: .gracefullyShutdownGroup)
        ],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }
}
