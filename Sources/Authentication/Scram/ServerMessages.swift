internal import Wire

/// A server's first message as the client reads it (RFC 5802 section 7, `server-first-message`).
struct ServerFirstMessage {
  /// All of it, as it is signed.
  let message: [UInt8]
  /// The client's nonce and what the server appended to it.
  let nonce: [UInt8]
  let salt: [UInt8]
  let iterations: Int

  /// - Throws: also when the nonce does not begin with the client's, or adds nothing to it.
  init(_ data: RawSpan, clientNonce: [UInt8]) throws(ScramError) {
    var attributes = try ScramAttributes(data)
    message = attributes.message
    nonce = Array(try attributes.value(of: "r"))
    if !nonce.starts(with: clientNonce) { throw .nonceMismatch }
    try ScramNonce.check(nonce[clientNonce.count...])
    let salt = Base64.decode(try attributes.value(of: "s"))
    guard let salt, AuthenticationLimits.saltBytes.contains(salt.count) else {
      throw .invalidValue(attribute: "s")
    }
    self.salt = salt
    let iterations = Decimal.parse(try attributes.value(of: "i"))
    guard let iterations, AuthenticationLimits.iterations.contains(iterations) else {
      throw .invalidValue(attribute: "i")
    }
    self.iterations = iterations
    try attributes.skipExtensions()
    try attributes.expectEnd()
  }
}

/// A server's final message as the client reads it (RFC 5802 section 7, `server-final-message`).
struct ServerFinalMessage {
  let signature: SecretDigest

  /// - Throws: also when the server gives a reason in place of its signature.
  init(_ data: RawSpan) throws(ScramError) {
    var attributes = try ScramAttributes(data)
    if attributes.message.first == UInt8(ascii: "e") {
      throw .refusedByServer(String(decoding: try attributes.value(of: "e"), as: UTF8.self))
    }
    let verifier = Base64.decode(try attributes.value(of: "v"))
    guard let signature = verifier.flatMap({ SecretDigest($0) }) else {
      throw .invalidValue(attribute: "v")
    }
    self.signature = signature
    try attributes.skipExtensions()
    try attributes.expectEnd()
  }
}
