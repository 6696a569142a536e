/// The fixed part of a PROXY header, checked as far as its length.
struct ProxyFrame {
  /// CR LF CR LF, a zero byte, CR LF, "QUIT", LF: what no other protocol begins with.
  static let signature: InlineArray<12, UInt8> = [
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]
  /// Length of the part in front of the addresses.
  static var fixedBytes: Int { 16 }

  /// Family and transport of addresses, with their length.
  enum Family: UInt8 {
    case unspecified = 0x00
    case ipv4Stream = 0x11
    case ipv6Stream = 0x21
    case unixStream = 0x31

    /// Length of two addresses.
    var addressBytes: Int {
      switch self {
      case .unspecified: 0
      case .ipv4Stream: 12
      case .ipv6Stream: 36
      case .unixStream: 216
      }
    }
  }

  private let isLocal: Bool
  private let family: Family
  /// Length of the whole header.
  let byteCount: Int

  /// Checks as much as is there; nil as long as the header isn't complete.
  init?(_ bytes: RawSpan) throws(ProxyHeaderError) {
    for offset in 0..<min(bytes.byteCount, Self.signature.count)
    where bytes.byte(at: offset) != Self.signature[offset] {
      throw .notProxyHeader(offset: offset)
    }
    if bytes.byteCount <= 12 { return nil }
    let versionAndCommand = bytes.byte(at: 12)
    if versionAndCommand >> 4 != 2 { throw .unsupportedVersion(versionAndCommand >> 4) }
    if versionAndCommand & 0x0F > 1 { throw .unknownCommand(versionAndCommand & 0x0F) }
    if bytes.byteCount <= 13 { return nil }
    guard let family = Family(rawValue: bytes.byte(at: 13)) else {
      throw .unsupportedFamily(bytes.byte(at: 13))
    }
    if bytes.byteCount < Self.fixedBytes { return nil }
    let following = Int(bytes.bigEndianUInt16(at: 14))
    byteCount = Self.fixedBytes + following
    isLocal = versionAndCommand & 0x0F == 0
    self.family = family
    if byteCount > ProxyProtocolLimits.headerBytes { throw .tooLong(byteCount: byteCount) }
    // LOCAL need not bring the addresses that it names the family of.
    if !isLocal, following < family.addressBytes {
      throw .tooShort(family: family.rawValue, byteCount: following)
    }
    if bytes.byteCount < byteCount { return nil }
  }

  /// Where fields begin; nil where all that follows is passed over.
  var fieldsStart: Int? {
    isLocal || family == .unspecified ? nil : Self.fixedBytes + family.addressBytes
  }

  /// What the header says about the other end; the bytes are those that it was made of.
  func origin(_ bytes: RawSpan) -> ProxyOrigin {
    if isLocal { return .local }
    switch family {
    case .unspecified, .unixStream: return .unknown
    case .ipv4Stream:
      return .ipv4(
        source: IPv4Endpoint(
          address: bytes.bigEndianUInt32(at: 16), port: bytes.bigEndianUInt16(at: 24)),
        destination: IPv4Endpoint(
          address: bytes.bigEndianUInt32(at: 20), port: bytes.bigEndianUInt16(at: 26)))
    case .ipv6Stream:
      return .ipv6(
        source: Self.ipv6(bytes, at: 16, port: 48), destination: Self.ipv6(bytes, at: 32, port: 50))
    }
  }

  private static func ipv6(_ bytes: RawSpan, at offset: Int, port: Int) -> IPv6Endpoint {
    func half(_ offset: Int) -> UInt64 {
      UInt64(bytes.bigEndianUInt32(at: offset)) << 32
        | UInt64(bytes.bigEndianUInt32(at: offset + 4))
    }
    return IPv6Endpoint(
      high: half(offset), low: half(offset + 8), port: bytes.bigEndianUInt16(at: port))
  }

  /// Whether the four bytes at `place` are the checksum of the header with zeros in their place.
  func hasChecksum(at place: Range<Int>, _ bytes: RawSpan) -> Bool {
    var checksum = CRC32C()
    for offset in 0..<byteCount {
      checksum.add(place.contains(offset) ? 0 : bytes.byte(at: offset))
    }
    return checksum.value == bytes.bigEndianUInt32(at: place.lowerBound)
  }
}
