internal import ShardMap

extension LoadTarget {
  /// Reads `127.0.0.1:6432` or `localhost:6432`; nil for anything else: names are not looked up, so
  /// that nothing but what was named is ever contacted.
  public init?(address text: String) {
    let local = "localhost:"
    let isLocal = text.hasPrefix(local)
    let numeric = isLocal ? "127.0.0.1:\(text.dropFirst(local.count))" : text
    guard let address = SocketAddress(numeric), address.family == .ipv4,
      let colon = text.lastIndex(of: ":")
    else { return nil }
    self.init(host: String(text[..<colon]), port: address.port)
  }

  /// What is wrong with a text that ``init(address:)`` refuses, to be read after it.
  public static var addressFault: String { "is no address; write IPv4:PORT or localhost:PORT" }
}
