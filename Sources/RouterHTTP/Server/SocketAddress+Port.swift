internal import ShardMap

extension SocketAddress {
  /// The same address with another port.
  func with(port: UInt16) -> SocketAddress {
    SocketAddress(family: family, high: high, low: low, port: port)
  }
}
