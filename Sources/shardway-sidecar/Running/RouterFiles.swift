import Files
import Logging
import MapSync
import ShardMap
import Synchronization

/// The files that the sidecar exchanges with its routers beside the page.
///
/// What a router was told stays where it is while the control plane is away, and goes with the router.
final class RouterFiles: Sendable {
  private struct Router {
    var stamp: FileStamp?
    var report: RouterReport?
    var told: GrantedShares?
    /// The newest report whose answer was taken, by its place among all.
    var answered: UInt64 = 0
    var isFaulty = false
  }

  private let page: FreshnessPage
  private let logger: Logger
  private let routers = Mutex<[UInt64: Router]?>(nil)

  init(page: FreshnessPage, logger: Logger) {
    self.page = page
    self.logger = logger
  }

  /// What the routers that run say now; a file that can't be used is as if it hadn't changed.
  func reports(of running: [RouterStatement]) -> [UInt64: RouterReport] {
    let ids = Set(running.map(\.routerID))
    return routers.withLock { known in
      if known.map({ Set($0.keys) }) != ids {
        // A router that has come since then is in the page by the time that a file of it is there.
        ExchangeFile.removeAll(besidePage: page.path) { ids.union(page.routers.map(\.routerID)) }
        known = (known ?? [:]).filter { ids.contains($0.key) }
      }
      var seen = known ?? [:]
      for id in ids { look(at: id, &seen[id, default: Router()]) }
      known = seen
      return seen.compactMapValues(\.report)
    }
  }

  private func look(at id: UInt64, _ router: inout Router) {
    let file = ExchangeFile(page: page.path, routerID: id, .report)
    let stamp = file.stamp
    guard stamp != router.stamp else { return }
    router.stamp = stamp
    guard let bytes = file.read() else { return }
    do throws(ExchangeFileError) {
      router.report = try RouterReport(encoded: bytes)
      router.isFaulty = false
    } catch {
      if !router.isFaulty { logger.error("\(file.path): \(error)") }
      router.isFaulty = true
    }
  }

  /// Tells a router what the control plane has answered to a report of it; not what it answered to one
  /// that was sent before another whose answer has come already.
  ///
  /// - Parameters:
  ///   - id: the router.
  ///   - answer: the answer.
  ///   - report: what was reported.
  ///   - place: its place among all reports that were sent.
  func tell(_ id: UInt64, _ answer: StatusAnswer, to report: RouterReport, sent place: UInt64) {
    routers.withLock { known in
      guard var router = known?[id], place > router.answered else { return }
      router.answered = place
      defer { known?[id] = router }
      guard let news = answer.news(after: router.told, for: report) else { return }
      let file = ExchangeFile(page: page.path, routerID: id, .shares)
      do throws(MapFileError) {
        try file.replace(with: news.encoded)
        router.told = news
      } catch {
        logger.error("\(error); the router goes on with the shares that it has")
      }
    }
  }
}
