/// The three messages that both halves of a login have seen, and sign (RFC 5802 section 3).
struct ScramExchange: Sendable {
  /// The client's first message without its head.
  let clientFirstBare: [UInt8]
  /// The server's first message.
  let serverFirst: [UInt8]
  /// The client's final message without its proof.
  let clientFinalWithoutProof: [UInt8]

  /// `AuthMessage`.
  var authMessage: [UInt8] {
    let comma = [UInt8(ascii: ",")]
    return clientFirstBare + comma + serverFirst + comma + clientFinalWithoutProof
  }
}
