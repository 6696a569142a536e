/// A PROXY header of version 1: one line of text, at most ``maximumBytes`` long.
///
/// Source: proxy-protocol.txt, section 2.1 (haproxy.org). Text is taken as strictly as it is
/// specified: one space between fields, no zeros in front, CR LF at the end.
struct ProxyLine {
  /// Length of the longest line that the protocol allows, its end included.
  static var maximumBytes: Int { 107 }
  /// What every line begins with.
  static let opening: InlineArray<6, UInt8> = [0x50, 0x52, 0x4F, 0x58, 0x59, 0x20]

  /// What the line says about the other end.
  let origin: ProxyOrigin
  /// Length of the line, its end included.
  let byteCount: Int

  /// Reads a line; nil as long as its end isn't there.
  init?(_ bytes: RawSpan) throws(ProxyHeaderError) {
    for offset in 0..<min(bytes.byteCount, Self.opening.count)
    where bytes.byte(at: offset) != Self.opening[offset] {
      throw .notProxyHeader(offset: offset)
    }
    guard let end = try Self.end(bytes) else { return nil }
    byteCount = end + 2
    var fields = ProxyLineFields(Self.opening.count..<end)
    switch fields.family(bytes) {
    case .unknown: origin = .unknown
    case .ipv4: origin = try Self.ipv4(&fields, bytes)
    case .ipv6: origin = try Self.ipv6(&fields, bytes)
    case nil: throw .malformedLine(offset: Self.opening.count)
    }
  }

  /// Where CR LF is; nil as long as it isn't there.
  private static func end(_ bytes: RawSpan) throws(ProxyHeaderError) -> Int? {
    for offset in 0..<min(bytes.byteCount, maximumBytes) {
      switch bytes.byte(at: offset) {
      case 0x0D:
        // A CR as the last of the bytes that a line may have is not followed by the LF in time.
        guard offset + 1 < maximumBytes else { break }
        guard offset + 1 < bytes.byteCount else { return nil }
        guard bytes.byte(at: offset + 1) == 0x0A else { throw .malformedLine(offset: offset) }
        return offset
      case 0x0A, 0x00: throw .malformedLine(offset: offset)
      default: continue
      }
    }
    if bytes.byteCount >= maximumBytes { throw .tooLong(byteCount: maximumBytes) }
    return nil
  }

  private static func ipv4(
    _ fields: inout ProxyLineFields, _ bytes: RawSpan
  ) throws(ProxyHeaderError) -> ProxyOrigin {
    let start = fields.offset
    guard let source = fields.ipv4(bytes), let destination = fields.ipv4(bytes),
      let sourcePort = fields.port(bytes), let destinationPort = fields.port(bytes),
      fields.isAtEnd
    else { throw .malformedLine(offset: start) }
    return .ipv4(
      source: IPv4Endpoint(address: source, port: sourcePort),
      destination: IPv4Endpoint(address: destination, port: destinationPort))
  }

  private static func ipv6(
    _ fields: inout ProxyLineFields, _ bytes: RawSpan
  ) throws(ProxyHeaderError) -> ProxyOrigin {
    let start = fields.offset
    guard let source = fields.ipv6(bytes), let destination = fields.ipv6(bytes),
      let sourcePort = fields.port(bytes), let destinationPort = fields.port(bytes),
      fields.isAtEnd
    else { throw .malformedLine(offset: start) }
    return .ipv6(
      source: IPv6Endpoint(high: source.high, low: source.low, port: sourcePort),
      destination: IPv6Endpoint(
        high: destination.high, low: destination.low, port: destinationPort))
  }
}
