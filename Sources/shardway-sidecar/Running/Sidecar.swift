import AsyncHTTPClient
import Logging
import MapExchange
import MapSync
import NIOCore
import NIOPosix
import ServiceLifecycle
import ShardMap

/// The running sidecar.
struct Sidecar: Service, CustomStringConvertible {
  let file: SidecarFile
  let logger: Logger

  /// Its name: what the log says of services.
  var description: String { "sidecar \(file.id)" }

  func run() async throws {
    let folder = try StateFolder(file.files)
    defer { withExtendedLifetime(folder) {} }
    let verifier = SealVerifier(trusted: file.trustedKeys)
    let keeper = try MapKeeper(
      paths: .init(map: file.files.map, state: file.files.state), verifier: verifier,
      limits: file.limits)
    let page = try FreshnessPage.create(path: file.files.page)
    let start = begin(keeper, page)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let http = try HTTPClient.sidecar(file.tls, on: group)
    let client = ControlPlaneClient(
      http: http, controlPlanes: file.controlPlanes, token: TokenFile(path: file.tokenFile),
      limits: file.limits, keeper: KeeperQueue(keeper))
    await serve(client, page, start)
    try await http.shutdown()
    try await group.shutdownGracefully()
    logger.notice("stopped")
  }

  /// What was left by earlier processes.
  private func begin(_ keeper: MapKeeper, _ page: FreshnessPage) -> SyncStart {
    let statement = page.read()
    let remembered = StatusFile(path: file.files.status)
    let wanted = page.refreshWanted
    let start = keeper.start(
      memories: [statement.map { MapMemory($0) }, remembered?.memory].compactMap { $0 },
      refreshWanted: wanted, refreshAnswered: statement?.refreshAnswered ?? wanted)
    for finding in keeper.findings { logger.warning("\(finding)") }
    logger.notice(
      "starting with \(start.published.map { "map \($0.version)" } ?? "no map") and \(start.stored.map { "last good map \($0.version)" } ?? "no last good map")"
    )
    return start
  }

  private func serve(
    _ client: ControlPlaneClient, _ page: FreshnessPage, _ start: SyncStart
  ) async {
    let (inputs, feed) = AsyncStream<SidecarLoop.Input>.makeStream()
    let machine = SyncMachine(
      file.sync, start: start, seed: .random(in: 0...(.max)), writerPID: ProcessID.own,
      now: .now())
    let board = Board(machine.status)
    let watch = RefreshWatch(page, since: start.refreshWanted) {
      feed.yield(.event(.refreshWanted($0)))
    }
    let reporter = Reporter(
      id: file.id, interval: file.reportInterval, client: client, page: page,
      files: RouterFiles(page: page, logger: logger), board: board,
      statusPath: file.files.status, logger: logger,
      tokenChanged: { feed.yield(.event(.tokenChanged)) })
    let reporting = Task { await reporter.run() }
    await withGracefulShutdownHandler {
      var loop = SidecarLoop(
        machine: machine, client: client, page: page, board: board, feed: feed, logger: logger)
      await loop.run(inputs)
    } onGracefulShutdown: {
      feed.finish()
    }
    watch.stop()
    reporting.cancel()
    await reporting.value
  }
}
