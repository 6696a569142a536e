internal import ShardMap

extension SocketAddress {
  /// The address without its port and brackets.
  var hostText: String {
    let text = description.dropLast("\(port)".count + 1)
    return String(family == .ipv6 ? text.dropFirst().dropLast() : text)
  }

  /// The same address with another port.
  func with(port: UInt16) -> SocketAddress {
    SocketAddress(family: family, high: high, low: low, port: port)
  }
}
