/// Who is at the other end of a connection, by what a proxy in front says.
public enum ProxyOrigin: Sendable, Hashable {
  /// The proxy itself, as for a health check; the connection's own addresses count.
  case local
  /// Somebody whose address isn't told, or isn't one of IP; the connection's own addresses count.
  case unknown
  /// A client by IPv4, and where it has connected to.
  case ipv4(source: IPv4Endpoint, destination: IPv4Endpoint)
  /// A client by IPv6, and where it has connected to.
  case ipv6(source: IPv6Endpoint, destination: IPv6Endpoint)
}

/// A field behind the addresses of a PROXY header, by its type and value.
public struct ProxyField: Sendable, Hashable {
  /// The field's type.
  public var type: UInt8
  /// Its value, at most 65,535 bytes.
  public var value: [UInt8]

  /// A field.
  public init(type: UInt8, value: [UInt8]) {
    self.type = type
    self.value = value
  }

  /// The id of the AWS VPC endpoint that a connection came through, as `vpce-08d2bf15fac5001c9`.
  public static func vpcEndpoint(_ id: String) -> ProxyField {
    ProxyField(type: ProxyFieldType.aws, value: [ProxyFieldType.awsVPCEndpoint] + Array(id.utf8))
  }

  /// The host name that the client asked for, as TLS's server name.
  public static func authority(_ name: String) -> ProxyField {
    ProxyField(type: ProxyFieldType.authority, value: Array(name.utf8))
  }
}

/// Types of fields.
enum ProxyFieldType {
  static var authority: UInt8 { 0x02 }
  /// A checksum of the whole header.
  static var crc32c: UInt8 { 0x03 }
  /// The first of the types that are for private use.
  static var route: UInt8 { 0xE0 }
  static var aws: UInt8 { 0xEA }
  /// First byte of an AWS field that holds a VPC endpoint's id.
  static var awsVPCEndpoint: UInt8 { 0x01 }
}
