public import ShardMap

/// Whether clients of a listener come through a proxy that says who they are, by the PROXY protocol.
///
/// It is never guessed: whoever may send a header can claim any address.
public enum ProxyAcceptance: Sendable, Equatable {
  /// No header is looked for.
  case off
  /// Every connection begins with one.
  case required
  /// Connections from these networks may begin with one; none is looked for in others.
  case optional(from: [AddressBlock])
}

extension ProxyAcceptance: CustomStringConvertible {
  /// `off`, `required`, or the networks.
  public var description: String {
    switch self {
    case .off: "off"
    case .required: "required"
    case .optional(let networks):
      "optionalFrom " + networks.map(\.description).joined(separator: ", ")
    }
  }
}

/// What a server is told of a session before anything else.
public enum ServerAnnouncement: String, Sendable, CaseIterable {
  /// Nothing.
  case off
  /// A PROXY header of version 2.
  case version2 = "v2"
}

/// What `application_name` is at the server.
public enum ApplicationName: String, Sendable, CaseIterable {
  /// What the client says.
  case keep
  /// That, and where the client is, as `psql@192.0.2.7:50123`.
  case clientAddress = "client-address"
}

/// What servers are told of the router's clients beside what these say themselves.
public struct ServerSettings: Sendable, Equatable {
  /// What connections to instances begin with.
  public var announcement = ServerAnnouncement.off
  /// What connections to routers of other pools begin with.
  public var relayAnnouncement = ServerAnnouncement.off
  /// What `application_name` is there.
  public var applicationName = ApplicationName.keep

  /// The defaults: nothing.
  public init() {}
}

/// The addresses that begin with the same bits, as `10.0.0.0/8`.
public struct AddressBlock: Sendable, Hashable {
  private let address: SocketAddress
  private let bits: Int

  /// Reads `10.0.0.0/8`, `2001:db8::/32`, or one address; nil for anything else, and where bits
  /// behind the prefix are set.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard 1...2 ~= parts.count, let address = Self.address(parts[0]) else { return nil }
    let all = address.family == .ipv4 ? 32 : 128
    var bits = all
    if parts.count == 2 {
      guard let given = Int(parts[1]), 0...all ~= given, "\(given)" == parts[1] else { return nil }
      bits = given
    }
    let mask = Self.mask(bits)
    guard address.high & ~mask.high == 0, address.low & ~mask.low == 0 else { return nil }
    self.address = address
    self.bits = bits
  }

  /// Whether an address is one of them; one of IPv4 that is written as IPv6 is what it stands for.
  public func contains(_ other: SocketAddress) -> Bool {
    let other = other.unmapped
    guard other.family == address.family else { return false }
    let mask = Self.mask(bits)
    return other.high & mask.high == address.high && other.low & mask.low == address.low
  }

  private static func address(_ host: Substring) -> SocketAddress? {
    SocketAddress(host.contains(":") ? "[\(host)]:1" : "\(host):1")
  }

  private static func mask(_ bits: Int) -> (high: UInt64, low: UInt64) {
    // A shift by 64 or more leaves nothing.
    (UInt64.max << UInt64(max(0, 64 - bits)), bits > 64 ? UInt64.max << UInt64(128 - bits) : 0)
  }
}

extension AddressBlock: CustomStringConvertible {
  /// `10.0.0.0/8`, which the initializer reads back.
  public var description: String { "\(address.host)/\(bits)" }
}

extension SocketAddress {
  /// The IPv4 address that one of IPv6 stands for (`::ffff:192.0.2.1`); any other as it is.
  public var unmapped: SocketAddress {
    guard family == .ipv6, high == 0, low >> 32 == 0xFFFF else { return self }
    return SocketAddress(ipv4: UInt32(truncatingIfNeeded: low), port: port)
  }
}
