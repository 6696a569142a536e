internal import DataPlane
internal import HTTPTypes
public import Hummingbird
internal import NIOCore

/// Three signals, which are never mixed, on an address that is for nothing else.
///
/// - `/live`: the process turns. 503 when a worker or the main thread has not for ten seconds: start it anew.
/// - `/ready`: clients are to be sent here. 503 while it starts, drains, or has no map by which it could serve anybody. Whether what it depends
///   on is there is not asked: a control plane or a database that is gone is gone for all routers, and none would be left to send clients to.
/// - `/dependencies`: what a person wants to know, as JSON. Always 200.
public struct HealthRoutes: RouteGroup {
  private let certificates: @Sendable () -> [CertificateExpiry]

  /// The routes. `certificates` names those in use, for `/dependencies`.
  public init(certificates: @escaping @Sendable () -> [CertificateExpiry] = { [] }) {
    self.certificates = certificates
  }

  /// Adds the three paths.
  public func add(to routes: HTTPRoutes, of view: RouterView) {
    let router = view.router
    routes.get("/live") { _, _ in
      let faults = Liveness.faults(of: router)
      return Self.answer(faults.isEmpty, faults.isEmpty ? "live" : faults.joined(separator: "\n"))
    }
    routes.get("/ready") { _, _ in
      let why = Readiness.obstacle(of: router)
      return Self.answer(why == nil, why ?? "ready")
    }
    routes.get("/dependencies") { [certificates] _, _ in
      let report = DependencyReport(of: view, certificates: certificates())
      return Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: .init(byteBuffer: ByteBuffer(bytes: try report.json)))
    }
  }

  private static func answer(_ isGood: Bool, _ text: String) -> Response {
    Response(
      status: isGood ? .ok : .serviceUnavailable,
      headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
  }
}

/// Until when a certificate holds.
public struct CertificateExpiry: Sendable, Encodable {
  /// What it is for: the names it has.
  public let names: [String]
  /// Seconds since 1970.
  public let expiresAt: Int64

  /// Names a certificate.
  public init(names: [String], expiresAt: Int64) {
    self.names = names
    self.expiresAt = expiresAt
  }
}

/// Whether the process turns.
enum Liveness {
  /// What doesn't, a sentence each.
  static func faults(of router: DataPlane.Router) -> [String] {
    let limit = LivenessWatch.limit
    var faults = router.stuckWorkers().map { "worker \($0) has not turned for \(limit)" }
    if router.lifecycle.isMainThreadStuck() {
      faults.append("the main thread has not turned for \(limit)")
    }
    return faults
  }
}

/// Whether clients are to be sent here.
enum Readiness {
  /// Why not, in one sentence; nil where they are.
  static func obstacle(of router: DataPlane.Router) -> String? {
    guard !router.isReady else { return nil }
    let phase = router.lifecycle.phase
    return phase == .serving ? "no map names the router's pool" : phase.name
  }
}
