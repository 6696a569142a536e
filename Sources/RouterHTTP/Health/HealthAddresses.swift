public import ShardMap

/// Where others ask how the router is: apart from where clients and people come.
public struct HealthAddresses: Sendable, Equatable {
  /// Where `/live`, `/ready` and `/dependencies` are answered; nil for nowhere.
  public var http: SocketAddress?
  /// Where a connection succeeds as long as the router is ready; nil for nowhere.
  public var tcp: SocketAddress?

  /// Names the addresses; port 0 lets the kernel choose.
  public init(http: SocketAddress? = nil, tcp: SocketAddress? = nil) {
    self.http = http
    self.tcp = tcp
  }
}
