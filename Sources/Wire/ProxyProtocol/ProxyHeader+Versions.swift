extension ProxyHeader {
  /// Whether a connection that begins with this byte can begin with a PROXY header, of version 1 or
  /// 2: neither a start-up packet of PostgreSQL nor a TLS record begins with one of them.
  @inlinable
  public static func canBegin(with byte: UInt8) -> Bool {
    byte == 0x0D || byte == 0x50
  }

  /// Reads the header at the beginning of a connection, of version 1 or 2; its first byte tells which.
  ///
  /// What it says never depends on how the bytes were cut, as with ``decode(_:)``.
  ///
  /// - Parameter bytes: all that has come so far.
  /// - Returns: the header; nil as long as more has to come.
  /// - Throws: what is wrong with it, with the first bytes that show it.
  /// - Complexity: O(header). No allocation.
  public static func decodeEitherVersion(
    _ bytes: RawSpan
  ) throws(ProxyHeaderError) -> ProxyHeader? {
    guard bytes.byteCount > 0 else { return nil }
    guard bytes.byte(at: 0) == ProxyLine.opening[0] else { return try decode(bytes) }
    guard let line = try ProxyLine(bytes) else { return nil }
    return ProxyHeader(
      origin: line.origin, vpcEndpoint: nil, authority: nil, route: nil, byteCount: line.byteCount)
  }
}
