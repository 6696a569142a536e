/// What a router in front says of the session that it has routed: the value of a private field (type
/// 0xE0) of the PROXY header.
///
/// Layout, numbers big-endian: `S` `W`, the layout's version 1, the epoch of the tenant's shard (8
/// bytes), the version of the map that was routed by (8 bytes), the tenant's id to the end.
public struct ProxyRoute: Sendable, Hashable {
  /// The epoch of the tenant's shard by that map.
  public var shardEpoch: UInt64
  /// The version of the map.
  public var mapVersion: UInt64
  /// Where the tenant's id stands in the header: 1 to ``tenantBytes`` bytes.
  public var tenant: Range<Int>

  /// Length of the longest tenant's id taken.
  public static var tenantBytes: Int { 64 }
  /// Length of what stands before the tenant's id.
  static var fixedBytes: Int { 19 }
  /// What tells the field from other programs' of the same private type.
  static let mark: InlineArray<3, UInt8> = [0x53, 0x57, 1]

  /// Whether a value of the private type is a router's.
  static func isMarked(_ bytes: RawSpan, _ value: Range<Int>) -> Bool {
    guard value.count >= mark.count else { return false }
    for place in mark.indices where bytes.byte(at: value.lowerBound + place) != mark[place] {
      return false
    }
    return true
  }

  /// Reads a marked value; nil where it isn't laid out as it must be.
  init?(_ bytes: RawSpan, _ value: Range<Int>) {
    let tenant = value.dropFirst(Self.fixedBytes)
    guard value.count > Self.fixedBytes, tenant.count <= Self.tenantBytes else { return nil }
    func number(_ offset: Int) -> UInt64 {
      UInt64(bytes.bigEndianUInt32(at: offset)) << 32
        | UInt64(bytes.bigEndianUInt32(at: offset + 4))
    }
    shardEpoch = number(value.lowerBound + 3)
    mapVersion = number(value.lowerBound + 11)
    self.tenant = tenant
  }
}

extension ProxyField {
  /// The field that tells the next router what this one has routed by; see ``ProxyRoute``.
  public static func route(
    tenant: [UInt8], shardEpoch: UInt64, mapVersion: UInt64
  ) -> ProxyField {
    var value: [UInt8] = []
    value.reserveCapacity(ProxyRoute.fixedBytes + tenant.count)
    for place in ProxyRoute.mark.indices { value.append(ProxyRoute.mark[place]) }
    value.append(bigEndian: shardEpoch)
    value.append(bigEndian: mapVersion)
    value.append(contentsOf: tenant)
    return ProxyField(type: ProxyFieldType.route, value: value)
  }
}
