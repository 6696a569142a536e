import ShardMap
import Wire

/// The PROXY headers, version 2, that connections to servers begin with on demand.
enum ServerAnnouncements {
  /// The longest of them, in bytes: two IPv6 addresses, and the field with the longest tenant's id.
  static let longest = 16 + 36 + 3 + 19 + ProxyRoute.tenantBytes

  /// Of a connection of the router's own, or one that many clients share: `LOCAL`, so that its own
  /// addresses count.
  static let ofRouter = ProxyHeader.encoded(.local)

  /// Of a connection that one client has for itself.
  ///
  /// - Parameters:
  ///   - client: where the client is; nil where that isn't known.
  ///   - server: the server's address, for where the client has connected to.
  ///   - route: what the next router is told; nil for a cancel request.
  /// - Returns: the whole header, of ``longest`` bytes at most.
  static func ofClient(
    _ client: SocketAddress?, to server: SocketAddress, route: ProxyField?
  ) -> [UInt8] {
    guard let client else { return ProxyHeader.encoded(.unknown) }
    let (source, destination) = (client.unmapped, server.unmapped)
    let areIPv4 = source.family == .ipv4 && destination.family == .ipv4
    let origin: ProxyOrigin =
      areIPv4
      ? .ipv4(source: source.ipv4Endpoint, destination: destination.ipv4Endpoint)
      : .ipv6(source: source.ipv6Endpoint, destination: destination.ipv6Endpoint)
    return ProxyHeader.encoded(origin, fields: [route].compactMap { $0 })
  }
}

extension ServerSettings {
  /// What connections of the router's own to instances begin with, and those that many clients share: nothing, or a PROXY header which
  /// says that nobody is behind them.
  public var ownAnnouncement: [UInt8] {
    announcement == .version2 ? ServerAnnouncements.ofRouter : []
  }
}

extension SocketAddress {
  fileprivate var ipv4Endpoint: IPv4Endpoint {
    IPv4Endpoint(address: UInt32(truncatingIfNeeded: high >> 32), port: port)
  }

  /// An IPv4 address as one of IPv6 that stands for it, where the header has to have one family.
  fileprivate var ipv6Endpoint: IPv6Endpoint {
    guard family == .ipv4 else { return IPv6Endpoint(high: high, low: low, port: port) }
    return IPv6Endpoint(high: 0, low: 0xFFFF_0000_0000 | high >> 32, port: port)
  }
}
