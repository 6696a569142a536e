/// Why a packet before authentication was refused; in each case the connection is of no more use.
public enum StartupPacketError: Error, Sendable, Hashable {
  /// The packet claims a length, in bytes, that no such packet has.
  case lengthOutOfRange(Int32)
  /// A protocol whose major version is not 3.
  case unsupportedProtocol(ProtocolVersion)
  /// A request for encryption with a length, in bytes, other than 8.
  case encryptionRequestLength(Int)
  /// A cancel request whose key has a length, in bytes, that no key has.
  case cancelKeyLength(Int)
  /// A name or value begins at this offset of the packet and no zero byte ends it.
  case unterminatedText(offset: Int)
  /// The list of parameters does not end with the packet's last byte; it ended at this offset, or
  /// the packet ended first.
  case misplacedTerminator(offset: Int)
  /// A parameter at this offset of the packet has the name of an earlier one.
  case duplicateParameter(offset: Int)
  /// More parameters than ``PostgresLimits/startupParameters``.
  case tooManyParameters
  /// A name or value to be written is empty where it may not be, or has a zero byte inside.
  case unencodableText
}

extension StartupPacketError: CustomStringConvertible {
  /// What is wrong with the packet, in a sentence for its sender.
  public var description: String {
    switch self {
    case .lengthOutOfRange(let length):
      "invalid length of startup packet: \(length) bytes, expected 8 to "
        + "\(PostgresLimits.startupPacketBytes)"
    case .unsupportedProtocol(let version):
      "unsupported frontend protocol \(version): only 3.x is spoken here"
    case .encryptionRequestLength(let length):
      "invalid length of encryption request: \(length) bytes, expected 8"
    case .cancelKeyLength(let length):
      "invalid length of cancel key: \(length) bytes, expected "
        + "\(PostgresLimits.cancelKeyBytes.lowerBound) to "
        + "\(PostgresLimits.cancelKeyBytes.upperBound)"
    case .unterminatedText(let offset):
      "invalid startup packet layout: the text at byte \(offset) has no terminator"
    case .misplacedTerminator(let offset):
      "invalid startup packet layout: expected a terminator as last byte, the parameters end "
        + "at byte \(offset)"
    case .duplicateParameter(let offset):
      "invalid startup packet: the parameter at byte \(offset) was already given"
    case .tooManyParameters:
      "invalid startup packet: more than \(PostgresLimits.startupParameters) parameters"
    case .unencodableText:
      "a startup parameter needs a name, and neither name nor value may contain a zero byte"
    }
  }
}
