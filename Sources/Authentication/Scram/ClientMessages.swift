internal import Wire

/// A client's first message as the server reads it: the mechanism, and `client-first-message` (RFC 5802
/// section 7).
struct ClientFirstMessage {
  let mechanism: ScramMechanism
  let header: GS2Header
  /// What follows the header: a name, which PostgreSQL ignores since the startup message has it, the
  /// nonce, and extensions, which nobody needs to know.
  let bare: [UInt8]
  let nonce: [UInt8]

  /// Reads the body of a ``Wire/SASLInitialResponse``.
  init(_ body: RawSpan, offered: [String]) throws(ScramError) {
    // What has no bound yet is the mechanism's name.
    if body.byteCount > AuthenticationLimits.messageBytes {
      throw .messageTooLong(body.byteCount)
    }
    let response = try Self.decode(body)
    guard let mechanism = ScramMechanism(body.copy(of: response.mechanism)),
      offered.contains(mechanism.rawValue)
    else { throw .mechanismNotOffered }
    guard let data = response.data else { throw .missingInitialResponse }
    self.mechanism = mechanism
    var attributes = try ScramAttributes(body.extracting(data))
    header = try Self.header(of: attributes.message)
    attributes.skip(header.rawValue.utf8.count)
    bare = Array(attributes.message[attributes.offset...])
    _ = try attributes.value(of: "n")
    nonce = Array(try attributes.value(of: "r"))
    try ScramNonce.check(nonce)
    try attributes.skipExtensions()
    try attributes.expectEnd()
  }

  private static func decode(_ body: RawSpan) throws(ScramError) -> SASLInitialResponse {
    do throws(MessageBodyError) {
      return try SASLInitialResponse.decode(body)
    } catch {
      throw .body(error)
    }
  }

  private static func header(of message: [UInt8]) throws(ScramError) -> GS2Header {
    let known = GS2Header.allCases.first { message.starts(with: $0.rawValue.utf8) }
    if let known { return known }
    if message.starts(with: "p=".utf8) {
      let name = GS2Header.serverEndPoint.rawValue.utf8.dropLast()
      throw message.starts(with: name) ? identity(message, at: name.count) : .unsupportedBinding
    }
    for flag in ["n,", "y,"] where message.starts(with: flag.utf8) {
      throw identity(message, at: 2)
    }
    throw .malformed(offset: 0)
  }

  /// What stands at `offset` is not the comma that it should be.
  private static func identity(_ message: [UInt8], at offset: Int) -> ScramError {
    message[offset...].starts(with: "a=".utf8) ? .authorizationIdentity : .malformed(offset: offset)
  }
}

/// A client's final message as the server reads it (RFC 5802 section 7, `client-final-message`).
struct ClientFinalMessage {
  let binding: ArraySlice<UInt8>
  let nonce: ArraySlice<UInt8>
  let withoutProof: [UInt8]
  let proof: SecretDigest

  init(_ body: RawSpan) throws(ScramError) {
    var attributes = try ScramAttributes(body)
    binding = try attributes.value(of: "c")
    nonce = try attributes.value(of: "r")
    try attributes.skipExtensions(upTo: "p")
    // The comma before the proof is not signed.
    withoutProof = Array(attributes.message[..<attributes.offset].dropLast())
    let encoded = try attributes.value(of: "p")
    guard let proof = Base64.decode(encoded).flatMap({ SecretDigest($0) }) else {
      throw .invalidValue(attribute: "p")
    }
    self.proof = proof
    try attributes.expectEnd()
  }
}
