import ConfigurationFile
import DataPlane
import ShardMap

extension RouterYAML {
  /// `off`, `required`, or the networks that a header may come from.
  enum ProxyProtocol: Decodable {
    case named(String)
    case optional([String])

    private enum Key: String, CodingKey { case optionalFrom }

    init(from decoder: any Decoder) throws {
      if let networks = try? decoder.container(keyedBy: Key.self) {
        self = .optional(try networks.decode([String].self, forKey: .optionalFrom))
      } else {
        self = .named(try decoder.singleValueContainer().decode(String.self))
      }
    }
  }

  /// How the router speaks to servers, and what they are told of clients.
  struct Servers: Decodable {
    var tls: ServerTLS?
    var proxyProtocol: String?
    var relayProxyProtocol: String?
    var applicationName: String?
  }

  /// The keys of the sections.
  static let proxyKeys: [String: Set<String>] = [
    "listeners.proxyProtocol": ["optionalFrom"],
    "servers": ["proxyProtocol", "relayProxyProtocol", "applicationName"],
    "vpcEndpoints": ["*"],
  ]

  /// What servers are told, or the first field that can't be right.
  func checkedServers() throws(FieldError) -> ServerSettings {
    var checked = ServerSettings()
    checked.announcement = try Configured.name(
      servers?.proxyProtocol, "servers.proxyProtocol", checked.announcement)
    checked.relayAnnouncement = try Configured.name(
      servers?.relayProxyProtocol, "servers.relayProxyProtocol", checked.relayAnnouncement)
    checked.applicationName = try Configured.name(
      servers?.applicationName, "servers.applicationName", checked.applicationName)
    return checked
  }

  /// The table of VPC endpoints, or the first entry that can't be right.
  func checkedEndpoints() throws(FieldError) -> [[UInt8]: [UInt8]] {
    var checked: [[UInt8]: [UInt8]] = [:]
    for (id, tenant) in (vpcEndpoints ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard 1...MapLimits.identifierBytes ~= tenant.utf8.count else {
        throw FieldError(
          "vpcEndpoints.\(id)", "must be a tenant's id of 1 to \(MapLimits.identifierBytes) bytes")
      }
      checked[Array(id.utf8)] = Array(tenant.utf8)
    }
    return checked
  }
}

extension RouterYAML.Listener {
  /// Whether the listener's clients come through a proxy, or what can't be right about that.
  func checkedProxy(_ path: String) throws(FieldError) -> ProxyAcceptance {
    switch proxyProtocol {
    case nil, .named("off"): return .off
    case .named("required"): return .required
    case .named(let name):
      throw FieldError(
        "\(path).proxyProtocol",
        "\"\(name)\" must be off, required, or { optionalFrom: [10.0.0.0/8, …] }")
    case .optional(let networks):
      guard !networks.isEmpty else {
        throw FieldError("\(path).proxyProtocol.optionalFrom", "name at least one network")
      }
      var blocks: [AddressBlock] = []
      for (place, network) in networks.enumerated() {
        guard let block = AddressBlock(network) else {
          throw FieldError(
            "\(path).proxyProtocol.optionalFrom[\(place)]",
            "\"\(network)\" is no network; write 10.0.0.0/8 or 2001:db8::/32, no bits behind the prefix"
          )
        }
        blocks.append(block)
      }
      return .optional(from: blocks)
    }
  }

  /// What names tenants by a PROXY header needs one.
  func checkIdentity(
    _ sources: [IdentitySource], _ proxy: ProxyAcceptance, _ endpoints: [String: String]?,
    _ path: String
  ) throws(FieldError) {
    for (place, source) in sources.enumerated() where source == .vpcEndpoint || source == .proxy {
      guard proxy != .off else {
        throw FieldError(
          "\(path).identity[\(place)]", "\(source.rawValue) needs the listener's proxyProtocol")
      }
      guard source != .vpcEndpoint || endpoints?.isEmpty == false else {
        throw FieldError("\(path).identity[\(place)]", "vpc-endpoint needs the table vpcEndpoints")
      }
    }
  }
}
