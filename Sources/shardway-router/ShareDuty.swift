import Admission
import DataPlane
import Logging
import ShardMap

/// What the main thread does about shares of regional limits and events for the control plane: it looks at
/// the sidecar's file, writes the router's, and logs what an operator has to know.
struct ShareDuty {
  private var exchange: ShareExchange

  /// Begins with the share that the map gives the router.
  init(_ router: Router, _ home: HomeSettings?) {
    exchange = ShareExchange(
      tenants: router.tenants, outbox: router.outbox, pool: home?.pool ?? "",
      name: home?.router ?? "")
  }

  /// From now on there is a sidecar with this page.
  mutating func connect(page: String, routerID: UInt64) {
    exchange.connect(page: page, routerID: routerID)
  }

  /// Takes over what the control plane grants, and says what is wanted.
  mutating func look(at map: CompiledMap, _ logger: Logger) {
    for finding in exchange.look(at: map) { Self.log(finding, logger) }
  }

  /// Another process speaks for the router from now on: the files are its.
  mutating func retire() { exchange.retire() }

  /// Takes the router's files away.
  func close() { exchange.close() }

  private static func log(_ finding: ShareExchange.Finding, _ logger: Logger) {
    switch finding {
    case .bootstrap(ShareLimits.whole): break
    case .bootstrap(let share):
      logger.notice(
        "tenants' limits: \(percent(share)) of each here, until the control plane says otherwise")
    case .granted(let shares):
      logger.notice(
        "tenants' limits: the control plane leases \(percent(shares.standard)) of each to this router, and other shares of \(shares.tenants.count) tenants"
      )
    case .unreadable(let path, let error): logger.error("\(path): \(error)")
    case .unwritable(let error):
      logger.error(
        "\(error); the control plane doesn't hear what tenants want here: let the router write beside the freshness page"
      )
    case .writable: logger.notice("what tenants want is reported again")
    case .eventsDropped(let count):
      logger.warning(
        "\(count) events for the control plane were dropped so far: nobody takes them")
    }
  }

  private static func percent(_ share: UInt32) -> String {
    let tenths = (share + 500) / 1000
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
