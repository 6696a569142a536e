import ShardMap

/// An `application_name` with the client's address behind it: `psql@192.0.2.7:50123`.
enum MarkedName {
  /// Bytes of the longest name that PostgreSQL keeps (`NAMEDATALEN` − 1).
  static let longest = 63

  /// The name with its address. The address is whole; of the name as many whole characters as fit
  /// before it are kept.
  static func of(_ name: [UInt8], at address: SocketAddress) -> String {
    let mark = "@\(address)"
    var kept = String(decoding: name, as: UTF8.self)
    while kept.utf8.count + mark.utf8.count > longest, !kept.isEmpty { kept.removeLast() }
    return kept + mark
  }
}
