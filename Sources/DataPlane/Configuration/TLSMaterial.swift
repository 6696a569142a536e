public import TLS

/// All that the contexts of TLS are made of, both sides': it is replaced as a whole, and new connections use the new one.
public struct TLSMaterial: Sendable {
  /// How TLS of clients is answered.
  public var clients: ClientTLSSettings?
  /// How connections to servers are encrypted.
  public var servers: ServerTLSSettings?

  /// Names the material.
  public init(clients: ClientTLSSettings?, servers: ServerTLSSettings?) {
    self.clients = clients
    self.servers = servers
  }

  /// The material that settings name.
  public init(of settings: RouterSettings) {
    self.init(clients: settings.tls, servers: settings.serverTLS)
  }

  /// The files that it was read from, each once.
  public var paths: [String] {
    var paths: [String] = []
    for certificate in certificates { paths += [certificate.certificatePath, certificate.keyPath] }
    paths += authorities.map(\.path)
    return Set(paths).sorted()
  }

  /// The certificates that clients are shown.
  public var certificates: [TLSCertificate] { clients?.serving.certificates ?? [] }

  private var authorities: [TLSAuthorities] {
    let ofServers = servers?.clients.compactMap(\.authorities) ?? []
    return ofServers + [clients?.serving.clientAuthorities].compactMap { $0 }
  }

  /// The same material, from what is in its files now. Tickets that clients have stay good unless a certificate changes.
  ///
  /// - Throws: what is wrong with a file; nothing has changed then.
  public func readAgain() throws(TLSError) -> TLSMaterial {
    var fresh = self
    if var clients {
      for place in clients.serving.certificates.indices {
        clients.serving.certificates[place] = try clients.serving.certificates[place].readAgain()
      }
      clients.serving.clientAuthorities = try clients.serving.clientAuthorities?.readAgain()
      fresh.clients = clients
    }
    if var servers {
      for place in servers.clients.indices {
        servers.clients[place].authorities = try servers.clients[place].authorities?.readAgain()
      }
      fresh.servers = servers
    }
    return fresh
  }

  /// The same, with the ticket keys of the material before, so that clients may still resume their sessions. Keys of another
  /// lifetime are not taken over.
  public func keepingTickets(of before: TLSMaterial) -> TLSMaterial {
    var kept = self
    if let old = before.clients?.serving.ticketKeys,
      old.lifetime == clients?.serving.ticketKeys?.lifetime
    {
      kept.clients?.serving.ticketKeys = old
    }
    return kept
  }
}
