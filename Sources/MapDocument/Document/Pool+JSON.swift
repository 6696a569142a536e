internal import ShardMap

extension Pool: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, dedicated, foreign, routers, routersPerTenant, addresses
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    self.init(
      id: try fields.decode(String.self, forKey: .id),
      dedicated: try fields.decode(Bool.self, forKey: .dedicated),
      foreign: try fields.decodeNamed(forKey: .foreign) ?? .refuse,
      routers: try fields.decodeIfPresent([String].self, forKey: .routers) ?? [],
      routersPerTenant: try fields.decodeNumber(
        forKey: .routersPerTenant, in: 0...MapLimits.routersPerPool) ?? 0,
      addresses: try fields.decodeIfPresent([String].self, forKey: .addresses) ?? [])
  }

  /// Encodes the fields; of what says nothing only `dedicated`.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(dedicated, forKey: .dedicated)
    if foreign != .refuse { try fields.encode(foreign.name, forKey: .foreign) }
    if !routers.isEmpty { try fields.encode(routers, forKey: .routers) }
    if routersPerTenant != 0 { try fields.encode(routersPerTenant, forKey: .routersPerTenant) }
    if !addresses.isEmpty { try fields.encode(addresses, forKey: .addresses) }
  }
}
