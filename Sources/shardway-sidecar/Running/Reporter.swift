import Logging
import MapSync
import ShardMap

/// Reports routers to the control plane, and writes the status file.
struct Reporter: Sendable {
  let id: String
  let interval: Duration
  let client: ControlPlaneClient
  let page: FreshnessPage
  let files: RouterFiles
  let board: Board
  let statusPath: String
  let logger: Logger
  let tokenChanged: @Sendable () -> Void

  /// How often routers are looked at, and how often while they take something up.
  private static let look = Duration.seconds(1)
  private static let closeLook = Duration.milliseconds(10)

  /// Runs until its task is cancelled.
  func run() async {
    var schedule = ReportSchedule(interval: interval, seed: .random(in: 0...(.max)))
    var written: StatusFile?
    var sent: UInt64 = 0
    var lastWrite = ContinuousClock.now - Self.look
    while !Task.isCancelled {
      let now = FreshnessClock.now()
      let status = board.status
      let routers = page.routers
      let reports = files.reports(of: routers)
      for router in schedule.due(
        reported(routers), reports: reports, refusal: status.refusal, now: now.bootNanoseconds)
      {
        // A control plane that doesn't answer holds up nobody: a report is given up in time, and
        // each router has one under way at most in a gap.
        sent += 1
        Task { [sent] in await send(sent, router, reports[router.routerID], status, now) }
      }
      if lastWrite.duration(to: .now) >= Self.look {
        lastWrite = .now
        if client.token.hasChanged { tokenChanged() }
        write(status, now, &written)
      }
      try? await Task.sleep(
        for: board.isLively(at: now.bootNanoseconds) ? Self.closeLook : Self.look)
    }
    var nothing: StatusFile?
    write(board.status, FreshnessClock.now(), &nothing)
  }

  /// Number under which the sidecar reports for itself while no router lives.
  private static let nobody: UInt64 = 0

  private func reported(_ routers: [RouterStatement]) -> [RouterStatement] {
    routers.isEmpty ? [RouterStatement(routerID: Self.nobody)] : routers
  }

  private func send(
    _ place: UInt64, _ router: RouterStatement, _ beside: RouterReport?, _ status: SyncStatus,
    _ now: FreshnessClock
  ) async {
    let isNobody = router.routerID == Self.nobody && router.pid == 0
    let report = StatusReport(
      sidecar: id, lease: interval * SidecarYAML.leaseIntervals, router: isNobody ? nil : router,
      report: beside, status: status, now: now)
    let name = isNobody ? id : RouterName.text(router.routerID)
    do {
      let answer = try await client.report(report, router: name, to: status.controlPlane)
      if let answer, let beside { files.tell(router.routerID, answer, to: beside, sent: place) }
    } catch {
      logger.debug("report of \(name) not taken: \(error)")
    }
  }

  private func write(_ status: SyncStatus, _ now: FreshnessClock, _ written: inout StatusFile?) {
    var file = StatusFile(
      id: id, pid: ProcessID.own, status: status,
      controlPlane: client.controlPlanes[status.controlPlane].description, now: now)
    let moment = file.written
    // Only the moment is different: nothing new.
    if let written { file.written = written.written }
    guard file != written else { return }
    file.written = moment
    do {
      try POSIXMapFiles().replace(statusPath, with: file.encoded())
      written = file
    } catch {
      logger.warning("the status file is not written: \(error)")
    }
  }
}

/// How routers are called in reports.
enum RouterName {
  /// Sixteen hexadecimal digits.
  static func text(_ id: UInt64) -> String {
    let digits = String(id, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
