import ShardMap

extension SocketAddress {
  /// The IP address as a URL has it.
  var bracketed: String { family == .ipv6 ? "[\(host)]" : host }

  /// Whether only this machine can reach it.
  var isLoopback: Bool {
    switch family {
    case .ipv4: high >> 56 == 127
    case .ipv6: high == 0 && low == 1
    }
  }
}
