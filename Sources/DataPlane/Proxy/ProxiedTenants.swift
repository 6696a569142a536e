import ShardMap
import Wire

/// The tenants that a PROXY header names.
struct ProxiedTenants: Sendable, Equatable {
  /// Whose the VPC endpoint is that the client came through.
  var endpoint: [UInt8]?
  /// Whom a router in front has routed.
  var router: [UInt8]?

  /// None.
  init() {}

  /// Those that a header names, by the table of endpoints.
  init(_ header: ProxyHeader, in bytes: RawSpan, endpoints: [[UInt8]: [UInt8]]) {
    if !endpoints.isEmpty, let id = header.vpcEndpoint { endpoint = endpoints[bytes.copy(of: id)] }
    router = header.route.map { bytes.copy(of: $0.tenant) }
  }

  /// Whether there is none.
  var isEmpty: Bool { endpoint == nil && router == nil }
}

extension ProxyOrigin {
  /// Where the client is; nil where the header doesn't tell, and the connection's own address counts.
  var client: SocketAddress? {
    switch self {
    case .local, .unknown: nil
    case .ipv4(let source, _): SocketAddress(ipv4: source.address, port: source.port)
    case .ipv6(let source, _):
      SocketAddress(family: .ipv6, high: source.high, low: source.low, port: source.port).unmapped
    }
  }
}
