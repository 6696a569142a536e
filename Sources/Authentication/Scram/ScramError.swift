public import Wire

/// Why an exchange of SCRAM messages can't go on; the connection is of no more use.
///
/// A password that is wrong is no such error, but an answer: ``ScramServer/Answer/rejected(_:)``.
public enum ScramError: Error, Sendable, Hashable {
  /// The message that SCRAM's comes in can't be read.
  case body(MessageBodyError)
  /// A message has this many bytes, more than ``AuthenticationLimits/messageBytes``.
  case messageTooLong(Int)
  /// A method was called when its message is not due.
  case outOfOrder
  /// The client chose a mechanism that was not offered.
  case mechanismNotOffered
  /// The client chose a mechanism and did not begin with it.
  case missingInitialResponse
  /// The server offers these mechanisms, and none of them is one of ours.
  case noCommonMechanism(offered: [String])
  /// At this byte of the message stands something else than its grammar has there.
  case malformed(offset: Int)
  /// The peer demands an extension, and there are none.
  case mandatoryExtension
  /// The client wants to act as somebody else than who it logs in as.
  case authorizationIdentity
  /// The client chose the mechanism with channel binding and does not bind, or the other way round.
  case bindingContradictsMechanism
  /// The client binds to something else than the server's certificate.
  case unsupportedBinding
  /// The client was told by somebody in between that the server can't bind.
  case bindingDowngrade
  /// The client sees another certificate than the server's, or another header than it sent itself.
  case bindingMismatch
  /// A nonce is empty, too long, or has characters that are not printable.
  case invalidNonce
  /// A nonce is not the one that was sent, or does not begin with it.
  case nonceMismatch
  /// The value of this attribute can't be decoded, or is out of range.
  case invalidValue(attribute: Character)
  /// The server does not know the verifier: it is not the one that it says it is.
  case wrongServerSignature
  /// The server gave this reason (RFC 5802 section 7, `server-error-value`).
  case refusedByServer(String)
}

extension ScramError: CustomStringConvertible {
  /// What is wrong, in a sentence for the peer or for whoever runs this end.
  public var description: String {
    switch self {
    case .body(let error): "\(error)"
    case .messageTooLong(let count):
      "a SCRAM message of \(count) bytes is longer than \(AuthenticationLimits.messageBytes)"
    case .outOfOrder: "a SCRAM message came when none was due"
    case .mechanismNotOffered: "the client chose a SASL mechanism that was not offered"
    case .missingInitialResponse: "the client chose SCRAM without its first message"
    case .noCommonMechanism(let offered):
      "the server offers only the SASL mechanisms \(offered.joined(separator: ", "))"
    case .malformed(let offset): "a SCRAM message has an unexpected character at byte \(offset)"
    case .mandatoryExtension: "a SCRAM message demands an extension that is not known here"
    case .authorizationIdentity: "the client uses an authorization identity, which is not supported"
    case .bindingContradictsMechanism:
      "the client's choice of SASL mechanism and its SCRAM message disagree on channel binding"
    case .unsupportedBinding: "only the channel binding tls-server-end-point is supported"
    case .bindingDowngrade:
      "the client supports channel binding but thinks that the server does not, though it does: "
        + "somebody may be in between"
    case .bindingMismatch:
      "SCRAM channel binding check failed: the client sees another connection than the server"
    case .invalidNonce:
      "a SCRAM nonce must have \(AuthenticationLimits.nonceBytes.lowerBound) to "
        + "\(AuthenticationLimits.nonceBytes.upperBound) printable characters"
    case .nonceMismatch: "the SCRAM nonce is not the one that was sent"
    case .invalidValue(let attribute):
      "the SCRAM attribute \(attribute) has a value that can't be decoded or is out of range"
    case .wrongServerSignature:
      "the server's SCRAM signature is wrong: it does not know the verifier it asks about"
    case .refusedByServer(let reason): "the server ended SCRAM: \(reason)"
    }
  }

  /// The class of the error, as PostgreSQL chooses it.
  public var sqlState: SQLState {
    switch self {
    case .bindingDowngrade, .bindingMismatch: .invalidAuthorization
    case .authorizationIdentity: .featureNotSupported
    default: .protocolViolation
    }
  }

  /// What the client is told, before the connection is closed.
  public var response: ErrorResponse {
    ErrorResponse(sqlState: sqlState, message: "SCRAM authentication failed", detail: "\(self)")
  }
}
