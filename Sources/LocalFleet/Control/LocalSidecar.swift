internal import Foundation
internal import Glibc
internal import ShardMap

/// A running `shardway-sidecar` of a fleet: what brings the control plane's map to its routers.
public final class LocalSidecar: Sendable {
  /// The folder of its last good map.
  public let statePath: String
  /// The compiled map that it publishes.
  public let mapPath: String
  /// The freshness page that it shares with the routers.
  public let pagePath: String
  /// Its configuration; what is changed there holds from its next start.
  public let configurationPath: String
  private let service: ServiceProcess

  /// Prepares a sidecar; it is not started yet.
  init(
    _ options: FleetControlOptions, control: LocalControl, in folder: FleetFolder
  ) throws(FleetError) {
    service = try ServiceProcess(name: "sidecar", executable: options.sidecar, folder: folder)
    try folder.makeFolder("sidecar/state")
    statePath = folder["sidecar/state"]
    mapPath = folder["sidecar/map.swmap"]
    pagePath = folder["sidecar/map.page"]
    configurationPath = folder["sidecar/sidecar.yaml"]
    let configured = SidecarConfiguration(
      options: options, controlURL: control.url, authorities: control.certificatePath,
      tokenFile: control.tokenFile(.sidecar), trustedKey: try control.publicKey(),
      folder: folder["sidecar"])
    try folder.write(configured.text, to: "sidecar/sidecar.yaml")
  }

  /// Starts it and returns when there is a map that routers can open.
  public func start() async throws(FleetError) {
    try await service.start(["run", "--config", configurationPath]) { [mapPath] in
      (try? CompiledMap.open(path: mapPath)) != nil
    }
  }

  /// Stops it and returns when it has ended.
  public func stop() async { await service.stop() }

  /// Ends it as a crash would (SIGKILL), and returns when it has ended.
  public func kill() async { await service.stop(SIGKILL) }

  /// Whether its process runs.
  public var isRunning: Bool { service.isRunning }

  /// Where its messages go.
  public var logPath: String { service.logPath }

  /// Bytes of memory that it has in use now, and at most had in use; nil while it does not run.
  public var memory: (resident: Int, highest: Int)? {
    guard let pid = service.pid,
      let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    else { return nil }
    func kibibytes(_ name: String) -> Int? {
      status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        .flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) }
    }
    guard let resident = kibibytes("VmRSS"), let highest = kibibytes("VmHWM") else { return nil }
    return (resident << 10, highest << 10)
  }

  /// What it has logged so far.
  public var log: String { service.log }

  /// What `shardway-sidecar status` says, also while the sidecar does not run.
  ///
  /// - Parameter json: as JSON instead of a text for people.
  /// - Returns: the answer, also when it is that the map is of no use.
  /// - Throws: `FleetError.command`, `.cancelled`.
  public func status(json: Bool = false) async throws(FleetError) -> String {
    try await service.output(
      ["status", "--config", configurationPath] + (json ? ["--json"] : []))
  }

  /// The version of the published map; nil when there is none that can be opened.
  public var publishedVersion: UInt64? {
    (try? CompiledMap.open(path: mapPath))?.header.mapVersion
  }
}
