/// What ties a login to the TLS connection that it goes through.
public enum ChannelBinding: Sendable, Equatable {
  /// Nothing: there is no TLS here, or somebody else ends it.
  case none
  /// The hash of the server's certificate (RFC 5929 section 4), by the hash function of the
  /// certificate's own signature, SHA-256 in place of MD5 and SHA-1.
  case tlsServerEndPoint(certificateHash: [UInt8])
}

/// The mechanisms that PostgreSQL knows, by their names in SASL.
enum ScramMechanism: String, Sendable, CaseIterable {
  /// Without channel binding.
  case plain = "SCRAM-SHA-256"
  /// With channel binding.
  case plus = "SCRAM-SHA-256-PLUS"

  init?(_ name: [UInt8]) {
    guard let known = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name) }) else {
      return nil
    }
    self = known
  }
}

/// The head of a client's first message (RFC 5802 section 7, `gs2-header`): what the client thinks of
/// channel binding. PostgreSQL takes no authorization identity, so there are three.
enum GS2Header: String, Sendable, CaseIterable {
  /// The client can't bind, or will not.
  case unbound = "n,,"
  /// The client can bind, but thinks that the server can't.
  case bindingNotOffered = "y,,"
  /// The client binds to the server's certificate.
  case serverEndPoint = "p=tls-server-end-point,,"

  /// The value of the attribute `c` that must follow this header (RFC 5802 section 7, `cbind-input`).
  func attribute(_ binding: ChannelBinding) -> [UInt8] {
    switch (self, binding) {
    case (.serverEndPoint, .tlsServerEndPoint(let hash)):
      Base64.encode(Array(rawValue.utf8) + hash)
    default: Base64.encode(Array(rawValue.utf8))
    }
  }
}
