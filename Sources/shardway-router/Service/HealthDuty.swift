import DataPlane
import Logging
import RouterHTTP
import ShardMap

/// What answers those who ask how the router is, on addresses of their own.
struct HealthDuty {
  private var door: HealthDoor?
  private var server: RouterHTTPServer?

  /// Listens where the configuration says, once the router serves.
  init(
    _ addresses: HealthAddresses?, _ view: RouterView, _ certificates: CertificatesInUse,
    _ logger: Logger
  ) throws {
    let router = view.router
    if let address = addresses?.http {
      let server = RouterHTTPServer(
        address: address, view: view, routes: [HealthRoutes(certificates: { certificates.all })],
        logger: logger)
      let bound = try AddressPatience.start { try server.start() }
      logger.notice("listening on \(bound) (health-http)")
      self.server = server
    }
    if let address = addresses?.tcp {
      let door = try HealthDoor(at: address) { router.isReady }
      logger.notice("listening on \(door.address) (health-tcp)")
      self.door = door
    }
    router.lifecycle.beat()
  }

  /// The main thread turns; and it sees to it that the workers are asked whether they do.
  func look(at router: Router) {
    router.lifecycle.beat()
    if server != nil { _ = router.stuckWorkers() }
  }

  /// Leaves the addresses: the router has ended, or another one takes its place.
  mutating func close() {
    door?.stop()
    server?.stop()
    (door, server) = (nil, nil)
  }
}
