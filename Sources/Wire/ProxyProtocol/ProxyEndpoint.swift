/// An IPv4 address with a port.
public struct IPv4Endpoint: Sendable, Hashable {
  /// The address, its first byte in the highest place.
  public var address: UInt32
  /// The port.
  public var port: UInt16

  /// An address with a port.
  public init(address: UInt32, port: UInt16) {
    self.address = address
    self.port = port
  }
}

/// An IPv6 address with a port.
public struct IPv6Endpoint: Sendable, Hashable {
  /// The address's first eight bytes, the first in the highest place.
  public var high: UInt64
  /// The address's last eight bytes.
  public var low: UInt64
  /// The port.
  public var port: UInt16

  /// An address with a port.
  public init(high: UInt64, low: UInt64, port: UInt16) {
    self.high = high
    self.low = low
    self.port = port
  }
}

extension IPv4Endpoint: CustomStringConvertible {
  /// `192.0.2.1:5432`.
  public var description: String {
    let bytes = stride(from: 24, through: 0, by: -8).map { "\(address >> UInt32($0) & 0xFF)" }
    return bytes.joined(separator: ".") + ":\(port)"
  }
}

extension IPv6Endpoint: CustomStringConvertible {
  /// `[2001:db8:0:0:0:0:0:1]:5432`, no zeros left out.
  public var description: String {
    let words = [high, low].flatMap { half in
      stride(from: 48, through: 0, by: -16).map { half >> UInt64($0) & 0xFFFF }
    }
    return "[" + words.map { String($0, radix: 16) }.joined(separator: ":") + "]:\(port)"
  }
}
