internal import ArgumentParser
internal import ControlClient
internal import Foundation

/// How a command reaches the control plane: options, or else the environment.
struct ControlOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The control plane's address. (default: SHARDWAY_CONTROL)", valueName: "url"))
  var control: String?

  @Option(
    help: ArgumentHelp(
      "A file with the bearer token. (default: SHARDWAY_TOKEN_FILE)", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @Option(
    help: ArgumentHelp(
      "PEM certificates of the authorities to trust. (default: SHARDWAY_CA, else the system's)",
      valueName: "file"),
    completion: .file())
  var ca: String?

  @Option(
    help: ArgumentHelp(
      "The client's PEM certificate. (default: SHARDWAY_CLIENT_CERTIFICATE)", valueName: "file"),
    completion: .file())
  var clientCertificate: String?

  @Option(
    help: ArgumentHelp(
      "The key of that certificate. (default: SHARDWAY_CLIENT_KEY)", valueName: "file"),
    completion: .file())
  var clientKey: String?

  /// A client for the control plane that is meant.
  ///
  /// - Throws: `ControlClientError.endpoint`, also when no address is given.
  func client(attempts: Int = ControlLimits.attempts) throws -> ControlClient {
    let environment = ProcessInfo.processInfo.environment
    func either(_ option: String?, _ name: String) -> String? {
      option ?? environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let url = either(control, "SHARDWAY_CONTROL") else {
      throw ControlClientError.endpoint(
        "", reason: "none is given; use --control URL, or set SHARDWAY_CONTROL")
    }
    return try ControlClient(
      ControlEndpoint(
        url: url, tokenFile: either(tokenFile, "SHARDWAY_TOKEN_FILE"),
        certificateAuthorities: either(ca, "SHARDWAY_CA"),
        clientCertificate: either(clientCertificate, "SHARDWAY_CLIENT_CERTIFICATE"),
        clientKey: either(clientKey, "SHARDWAY_CLIENT_KEY")),
      attempts: attempts)
  }
}
