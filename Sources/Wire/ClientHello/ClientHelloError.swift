/// Why a first flight is not one that a TLS server could answer.
public enum ClientHelloError: Error, Sendable, Hashable {
  /// The record at this offset has this content type, not that of a handshake (22).
  case notHandshake(contentType: UInt8, offset: Int)
  /// The record at this offset, or the hello itself, names a version whose major part is this one,
  /// not 3.
  case unsupportedVersion(major: UInt8)
  /// The record at this offset claims a payload of this length, in bytes; it must be between 1 and
  /// ``ClientHelloLimits/recordPayloadBytes``.
  case recordLengthOutOfRange(Int, offset: Int)
  /// The hello is cut into more than ``ClientHelloLimits/records`` records.
  case tooManyRecords
  /// The first handshake message has this type, not that of a ClientHello (1).
  case notClientHello(handshakeType: UInt8)
  /// The hello claims this length, in bytes with its header, more than
  /// ``ClientHelloLimits/handshakeBytes``.
  case helloTooLong(Int)
  /// The last record goes on behind the end of the hello.
  case trailingBytes
  /// A field of the hello is not laid out as its type demands.
  case malformed(ClientHelloField)
  /// An extension that is read here stands there twice.
  case duplicateExtension(ClientHelloField)
  /// The server name is of this type, not a host name (0).
  case unsupportedServerNameType(UInt8)
  /// The server name is not a host name in ASCII.
  case invalidServerName
}

/// The parts of a ClientHello, to say where one is malformed.
public enum ClientHelloField: String, Sendable, Hashable {
  /// The client's random bytes.
  case random
  /// The id of an earlier session.
  case sessionID = "session id"
  /// The cipher suites.
  case cipherSuites = "cipher suites"
  /// The compression methods.
  case compressionMethods = "compression methods"
  /// The list of extensions, or one that is not looked into.
  case extensions
  /// The server name extension (SNI).
  case serverName = "server name"
  /// The application protocol extension (ALPN).
  case applicationProtocols = "application protocols"
}

extension ClientHelloError: CustomStringConvertible {
  /// What is wrong with the flight, in a sentence.
  public var description: String {
    switch self {
    case .notHandshake(let type, let offset):
      "no TLS handshake: the record at byte \(offset) has content type \(type), expected 22"
    case .unsupportedVersion(let major):
      "unsupported TLS version: major version \(major), expected 3"
    case .recordLengthOutOfRange(let length, let offset):
      "invalid TLS record at byte \(offset): \(length) bytes, expected 1 to "
        + "\(ClientHelloLimits.recordPayloadBytes)"
    case .tooManyRecords:
      "TLS hello cut into more than \(ClientHelloLimits.records) records"
    case .notClientHello(let type):
      "TLS handshake begins with message type \(type), expected a ClientHello (1)"
    case .helloTooLong(let length):
      "TLS hello of \(length) bytes, at most \(ClientHelloLimits.handshakeBytes) are taken"
    case .trailingBytes:
      "TLS hello is followed by other bytes in its last record"
    case .malformed(let field):
      "malformed TLS hello: \(field.rawValue)"
    case .duplicateExtension(let field):
      "malformed TLS hello: \(field.rawValue) given twice"
    case .unsupportedServerNameType(let type):
      "TLS server name of type \(type), expected a host name (0)"
    case .invalidServerName:
      "TLS server name is not a host name of 1 to \(ClientHelloLimits.serverNameBytes) bytes"
    }
  }
}
