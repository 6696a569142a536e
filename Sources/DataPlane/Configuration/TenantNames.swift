public import TLS

/// Which server names and which names in certificates are tenants': a tenant is what stands between prefix and suffix.
public struct TenantNames: Sendable, Equatable {
  /// What follows a tenant in a server name, in lower case; nil: server names name none.
  public var serverNameSuffix: String?
  /// What stands before a tenant in a certificate's name.
  public var certificatePrefix = ""
  /// What follows a tenant in a certificate's name.
  public var certificateSuffix = ""

  /// No server name is a tenant's, and every name of a certificate is.
  public init() {}

  /// The tenants that a connection's names stand for.
  ///
  /// A certificate's is the first of its names that fits; names without anything between prefix and suffix fit nobody.
  public func tenants(of facts: TLSFacts) -> EncryptedTenants {
    var tenants = EncryptedTenants()
    if let suffix = serverNameSuffix, let name = facts.serverName {
      tenants.serverName = Self.inner(name.map(Self.lowercase), "", suffix)
    }
    tenants.certificate =
      facts.peerNames.lazy
      .compactMap { Self.inner($0, certificatePrefix, certificateSuffix) }.first
    return tenants
  }

  private static func inner(_ name: [UInt8], _ prefix: String, _ suffix: String) -> [UInt8]? {
    let (front, back) = (prefix.utf8.count, suffix.utf8.count)
    guard name.count > front + back, name.starts(with: prefix.utf8),
      name.suffix(back).elementsEqual(suffix.utf8)
    else { return nil }
    return Array(name[front..<name.count - back])
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}

/// The tenants that a client has named before it sent a startup packet.
public struct EncryptedTenants: Sendable, Equatable {
  /// The one of the server name it asked for.
  public var serverName: [UInt8]?
  /// The one of its certificate.
  public var certificate: [UInt8]?

  /// None.
  public init() {}
}

extension IdentitySource {
  /// The place in words.
  var text: String {
    switch self {
    case .serverName: "server name"
    default: rawValue
    }
  }
}
