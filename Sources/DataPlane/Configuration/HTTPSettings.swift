public import ShardMap
public import Telemetry

/// Where the router tells over HTTP how it is, and how finely it measures what it tells.
public struct HTTPSettings: Sendable, Equatable {
  /// Where to listen; port 0 lets the kernel choose.
  public var address: SocketAddress
  /// Where the buckets of the request histograms end.
  public var bounds = HistogramBounds.standard

  /// Names an address.
  public init(address: SocketAddress) { self.address = address }
}
