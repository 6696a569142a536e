import TLS

/// One thread's contexts, since OpenSSL takes locks on those that threads share; and what bounds its handshakes.
struct SecureContexts {
  /// How clients are answered; nil where none encrypts.
  let server: TLSContext?
  /// How connections to servers are opened; a ``SecureServer`` names its place.
  let clients: [TLSContext]
  /// From the first byte until data may flow.
  let handshakeTimeout: Duration
  /// Handshakes that may be under way; one more cuts the oldest.
  let mostHandshakes: Int

  /// Makes the contexts: some milliseconds.
  ///
  /// - Throws: what ``TLS/TLSContext`` says of the material.
  init(_ material: TLSMaterial) throws(TLSError) {
    var clients: [TLSContext] = []
    for settings in material.servers?.clients ?? [] {
      clients.append(try TLSContext(client: settings))
    }
    var server: TLSContext?
    if let settings = material.clients { server = try TLSContext(server: settings.serving) }
    self.clients = clients
    self.server = server
    handshakeTimeout = material.clients?.handshakeTimeout ?? SecureLimits.handshakeTimeout
    let memory = material.clients?.handshakeMemoryBytes ?? SecureLimits.handshakeMemoryBytes
    mostHandshakes = max(1, memory / SecureLimits.handshakeBytes)
  }
}
