import TLS

/// The other ends of the router's encrypted connections in one run: what they are made of, and what becomes of them.
final class SecureParties {
  let plan: SecurePlan
  let ledger: SecureLedger
  private let clients: TLSContext
  private let servers: TLSContext
  private let strangers: TLSContext

  /// - Throws: what OpenSSL says of the certificates.
  init(
    world: SimulatedWorld, plan: SecurePlan, certificates: SimulatedCertificates
  ) throws(TLSError) {
    self.plan = plan
    ledger = SecureLedger(world: world, plan: plan)
    clients = try TLSContext(
      client: TLSContext.ClientSettings(
        authorities: certificates.authorities, newestVersion: plan.clientVersion))
    servers = try TLSContext(
      server: TLSContext.ServerSettings(
        certificates: [certificates.good], newestVersion: plan.serverVersion))
    strangers = try TLSContext(
      server: TLSContext.ServerSettings(
        certificates: [certificates.stranger], newestVersion: plan.serverVersion))
  }

  /// A connection that has not begun.
  func stream(_ side: TLSTunnel.Side) -> TLSStream {
    switch side {
    case .client: make(clients, SimulatedCertificates.routerName)
    case .server: make(servers, nil)
    }
  }

  /// The same for a server that shows a certificate which nobody trusts.
  func stranger() -> TLSStream { make(strangers, nil) }

  private func make(_ context: TLSContext, _ name: String?) -> TLSStream {
    do throws(TLSError) {
      return try TLSStream(context, serverName: name)
    } catch {
      preconditionFailure("OpenSSL has no memory for a connection: \(error)")
    }
  }

  /// Puts a tunnel in front of one end of a connection: the router's end of what is encrypted.
  func encrypt(_ side: TLSTunnel.Side, _ inner: SimulatedSocket) -> SimulatedSocket {
    let (outer, router) = SimulatedSocket.pair(inner.world, "tunnel", "router")
    // The sockets' watchers keep it as long as it is there.
    _ = TLSTunnel(side, inner, outer, self)
    return router
  }
}
