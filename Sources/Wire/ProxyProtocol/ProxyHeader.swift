/// The header that a proxy in front puts before a connection's bytes: the PROXY protocol, version
/// 2 unless something else is said.
///
/// Source: proxy-protocol.txt, section 2.2 (haproxy.org). Ranges are offsets into the bytes.
public struct ProxyHeader: Sendable, Hashable {
  /// Who is at the other end.
  public let origin: ProxyOrigin
  /// Where the id of the AWS VPC endpoint stands; nil where none is told.
  public let vpcEndpoint: Range<Int>?
  /// Where the host name stands that the client asked for; nil where none is told.
  public let authority: Range<Int>?
  /// What a router in front says that it has routed by; nil where none does.
  public let route: ProxyRoute?
  /// Length of the header: the connection's own bytes begin there.
  public let byteCount: Int

  /// Reads the header at the beginning of a connection.
  ///
  /// What it says never depends on how the bytes were cut: only on those up to the header's end, or
  /// up to the first that is wrong. A checksum is checked where there is one. Fields of other types
  /// are passed over, and so is all that LOCAL or an unknown origin bring.
  ///
  /// - Parameter bytes: all that has come so far.
  /// - Returns: the header; nil as long as more has to come.
  /// - Throws: what is wrong with it, with the first bytes that show it.
  /// - Complexity: O(header). No allocation.
  public static func decode(_ bytes: RawSpan) throws(ProxyHeaderError) -> ProxyHeader? {
    guard let frame = try ProxyFrame(bytes) else { return nil }
    var fields = ProxyFields()
    if let start = frame.fieldsStart { try fields.read(bytes, start..<frame.byteCount) }
    if let checksum = fields.checksum, !frame.hasChecksum(at: checksum, bytes) {
      throw .wrongChecksum
    }
    return ProxyHeader(
      origin: frame.origin(bytes), vpcEndpoint: fields.vpcEndpoint, authority: fields.authority,
      route: fields.route, byteCount: frame.byteCount)
  }
}
