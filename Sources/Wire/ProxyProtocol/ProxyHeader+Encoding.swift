extension ProxyHeader {
  /// The whole header.
  ///
  /// - Parameters:
  ///   - origin: who is at the other end.
  ///   - fields: what follows the addresses, in this order; none for ``ProxyOrigin/local`` and
  ///     ``ProxyOrigin/unknown``, where receivers pass over them.
  ///   - hasChecksum: whether a checksum goes behind the fields.
  /// - Precondition: the header is not longer than ``ProxyProtocolLimits/headerBytes``.
  /// - Returns: the bytes to send before all others.
  public static func encoded(
    _ origin: ProxyOrigin, fields: [ProxyField] = [], hasChecksum: Bool = false
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for place in ProxyFrame.signature.indices { bytes.append(ProxyFrame.signature[place]) }
    bytes.append(origin == .local ? 0x20 : 0x21)
    bytes.append(family(of: origin).rawValue)
    bytes.append(bigEndian: UInt16(0))  // The length, written at the end.
    append(origin, to: &bytes)
    for field in fields {
      bytes.append(field.type)
      bytes.append(bigEndian: UInt16(field.value.count))
      bytes.append(contentsOf: field.value)
    }
    if hasChecksum { bytes += [ProxyFieldType.crc32c, 0, 4, 0, 0, 0, 0] }
    precondition(bytes.count <= ProxyProtocolLimits.headerBytes, "PROXY header too long")
    let following = bytes.count - ProxyFrame.fixedBytes
    bytes[14] = UInt8(truncatingIfNeeded: following >> 8)
    bytes[15] = UInt8(truncatingIfNeeded: following)
    if hasChecksum {
      var checksum = CRC32C()
      for byte in bytes { checksum.add(byte) }
      bytes.replace(at: bytes.count - 4, bigEndian: checksum.value)
    }
    return bytes
  }

  private static func family(of origin: ProxyOrigin) -> ProxyFrame.Family {
    switch origin {
    case .local, .unknown: .unspecified
    case .ipv4: .ipv4Stream
    case .ipv6: .ipv6Stream
    }
  }

  private static func append(_ origin: ProxyOrigin, to bytes: inout [UInt8]) {
    switch origin {
    case .local, .unknown: break
    case .ipv4(let source, let destination):
      bytes.append(bigEndian: source.address)
      bytes.append(bigEndian: destination.address)
      bytes.append(bigEndian: source.port)
      bytes.append(bigEndian: destination.port)
    case .ipv6(let source, let destination):
      for endpoint in [source, destination] {
        bytes.append(bigEndian: endpoint.high)
        bytes.append(bigEndian: endpoint.low)
      }
      bytes.append(bigEndian: source.port)
      bytes.append(bigEndian: destination.port)
    }
  }
}
