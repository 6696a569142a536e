/// Why the beginning of a connection is no PROXY header; the connection is of no more use.
public enum ProxyHeaderError: Error, Sendable, Hashable {
  /// The signature is wrong from this byte on.
  case notProxyHeader(offset: Int)
  /// The header is of this version, not 2.
  case unsupportedVersion(UInt8)
  /// The header has this command, neither LOCAL (0) nor PROXY (1).
  case unknownCommand(UInt8)
  /// The addresses are of this family and transport, which no client's of a stream are.
  case unsupportedFamily(UInt8)
  /// So many bytes are to follow, too few for the addresses of this family.
  case tooShort(family: UInt8, byteCount: Int)
  /// The header has so many bytes or more: more than ``ProxyProtocolLimits/headerBytes``, or than a
  /// line of version 1 may have.
  case tooLong(byteCount: Int)
  /// The field at this byte of the header ends behind the header, or isn't laid out as its type
  /// demands.
  case malformedField(offset: Int)
  /// The field at this byte has the type of an earlier one that there may be only one of.
  case duplicateField(offset: Int)
  /// The line, a header of version 1, is wrong from this byte on, or in the field that begins there.
  case malformedLine(offset: Int)
  /// The header's checksum is wrong: bytes were changed on the way.
  case wrongChecksum
}

extension ProxyHeaderError: CustomStringConvertible {
  /// What is wrong, in a sentence.
  public var description: String {
    switch self {
    case .notProxyHeader(let offset):
      "no PROXY header: another byte than its signature's at byte \(offset); have the "
        + "load balancer send one, or expect none"
    case .unsupportedVersion(let version): "PROXY header of version \(version), expected 2"
    case .unknownCommand(let command): "PROXY header with unknown command \(command)"
    case .unsupportedFamily(let family):
      "PROXY header with address family and transport 0x\(String(family, radix: 16)), expected a "
        + "stream's"
    case .tooShort(let family, let byteCount):
      "PROXY header of \(byteCount) bytes behind its length, too few for addresses of family and "
        + "transport 0x\(String(family, radix: 16))"
    case .tooLong(let byteCount):
      "PROXY header of \(byteCount) bytes or more, at most \(ProxyProtocolLimits.headerBytes) are "
        + "taken, of a line of version 1 \(ProxyLine.maximumBytes)"
    case .malformedField(let offset): "PROXY header with a malformed field at byte \(offset)"
    case .duplicateField(let offset):
      "PROXY header with a second field of the same type at byte \(offset)"
    case .malformedLine(let offset):
      "PROXY header of version 1 that is malformed at byte \(offset)"
    case .wrongChecksum: "PROXY header with a wrong checksum"
    }
  }
}
