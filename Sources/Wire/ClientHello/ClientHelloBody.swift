/// The fields of a ClientHello (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2).
enum ClientHelloBody {
  private static let serverNameExtension: UInt16 = 0
  private static let applicationProtocolsExtension: UInt16 = 16

  /// Reads a whole handshake message, whose header has been checked.
  static func decode(
    _ hello: [UInt8], byteCount: Int
  ) throws(ClientHelloError) -> ClientHelloInfo {
    // Not `span.bytes`, which counts as unsafe for the padding that other elements may have.
    let bytes = RawSpan(_elements: hello.span)
    var cursor = ByteCursor(4..<bytes.byteCount)
    try skipToExtensions(&cursor, bytes)
    var serverName: [UInt8]?
    var applicationProtocols: [[UInt8]]?
    // Hellos up to TLS 1.2 may end without a list of extensions.
    if !cursor.isAtEnd {
      guard let list = cursor.vector16(bytes), cursor.isAtEnd else {
        throw .malformed(.extensions)
      }
      var extensions = ByteCursor(list)
      while !extensions.isAtEnd {
        guard let type = extensions.uint16(bytes), let body = extensions.vector16(bytes) else {
          throw .malformed(.extensions)
        }
        switch type {
        case serverNameExtension:
          if serverName != nil { throw .duplicateExtension(.serverName) }
          serverName = try decodeServerName(bytes, body)
        case applicationProtocolsExtension:
          if applicationProtocols != nil { throw .duplicateExtension(.applicationProtocols) }
          applicationProtocols = try decodeApplicationProtocols(bytes, body)
        default: break
        }
      }
    }
    return ClientHelloInfo(
      serverName: serverName, applicationProtocols: applicationProtocols ?? [],
      byteCount: byteCount)
  }

  private static func skipToExtensions(
    _ cursor: inout ByteCursor, _ bytes: RawSpan
  ) throws(ClientHelloError) {
    guard let major = cursor.uint8(bytes), cursor.uint8(bytes) != nil else {
      throw .malformed(.random)
    }
    if major != 3 { throw .unsupportedVersion(major: major) }
    guard cursor.take(32) != nil else { throw .malformed(.random) }
    guard let sessionID = cursor.vector8(bytes), sessionID.count <= 32 else {
      throw .malformed(.sessionID)
    }
    guard let suites = cursor.vector16(bytes), suites.count >= 2, suites.count % 2 == 0 else {
      throw .malformed(.cipherSuites)
    }
    guard let methods = cursor.vector8(bytes), methods.count >= 1 else {
      throw .malformed(.compressionMethods)
    }
  }

  /// A list of names by type, of which only one with type host name was ever defined (RFC 6066, 3).
  private static func decodeServerName(
    _ bytes: RawSpan, _ body: Range<Int>
  ) throws(ClientHelloError) -> [UInt8] {
    var cursor = ByteCursor(body)
    guard let list = cursor.vector16(bytes), cursor.isAtEnd else {
      throw .malformed(.serverName)
    }
    var names = ByteCursor(list)
    guard let type = names.uint8(bytes) else { throw .malformed(.serverName) }
    if type != 0 { throw .unsupportedServerNameType(type) }
    guard let name = names.vector16(bytes), names.isAtEnd else { throw .malformed(.serverName) }
    guard (1...ClientHelloLimits.serverNameBytes).contains(name.count) else {
      throw .invalidServerName
    }
    var lowercased: [UInt8] = []
    lowercased.reserveCapacity(name.count)
    for offset in name {
      guard let byte = hostNameByte(bytes.byte(at: offset)) else { throw .invalidServerName }
      lowercased.append(byte)
    }
    return lowercased
  }

  /// A byte that may stand in a host name, in lower case; underscores are taken, as resolvers do.
  private static func hostNameByte(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      byte
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    default: nil
    }
  }

  /// A list of names, none of them empty (RFC 7301, 3.1).
  private static func decodeApplicationProtocols(
    _ bytes: RawSpan, _ body: Range<Int>
  ) throws(ClientHelloError) -> [[UInt8]] {
    var cursor = ByteCursor(body)
    guard let list = cursor.vector16(bytes), !list.isEmpty, cursor.isAtEnd else {
      throw .malformed(.applicationProtocols)
    }
    var names = ByteCursor(list)
    var protocols: [[UInt8]] = []
    while !names.isAtEnd {
      guard let name = names.vector8(bytes), !name.isEmpty,
        protocols.count < ClientHelloLimits.applicationProtocols
      else { throw .malformed(.applicationProtocols) }
      protocols.append(bytes.copy(of: name))
    }
    return protocols
  }
}
