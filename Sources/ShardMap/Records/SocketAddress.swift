internal import Glibc

/// An IP address and a port. The data path resolves no names, so a map holds none.
public struct SocketAddress: Hashable, Sendable {
  /// The version of IP; the raw value is what a map file stores.
  public enum Family: UInt8, Sendable {
    case ipv4 = 4
    case ipv6 = 6
  }

  /// The version of IP.
  public let family: Family
  /// First eight bytes of the address in network order; an IPv4 address is in the upper half.
  public let high: UInt64
  /// Last eight bytes of an IPv6 address, 0 for IPv4.
  public let low: UInt64
  /// The TCP port in host order.
  public let port: UInt16

  /// An address from its parts; `high` and `low` are big-endian numbers, as in ``high``.
  @inlinable
  public init(family: Family, high: UInt64, low: UInt64, port: UInt16) {
    self.family = family
    self.high = high
    self.low = low
    self.port = port
  }

  /// The IPv4 address with the first octet in the highest byte, such as `0x7f00_0001`.
  @inlinable
  public init(ipv4: UInt32, port: UInt16) {
    self.init(family: .ipv4, high: UInt64(ipv4) << 32, low: 0, port: port)
  }

  /// Reads `192.0.2.7:5432` or `[2001:db8::7]:5432`; nil for anything else, names included.
  ///
  /// Port 0 is no address to reach; for one to listen at it means that the kernel chooses, and is
  /// read only with `orAnyPort`.
  public init?(_ text: some StringProtocol, orAnyPort: Bool = false) {
    guard let colon = text.lastIndex(of: ":"),
      let port = Self.port(text[text.index(after: colon)...]), port > 0 || orAnyPort
    else { return nil }
    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      guard let bytes = Self.parse(String(host.dropFirst().dropLast()), AF_INET6) else {
        return nil
      }
      self.init(family: .ipv6, high: bytes.high, low: bytes.low, port: port)
    } else {
      guard let bytes = Self.parse(String(host), AF_INET) else { return nil }
      self.init(family: .ipv4, high: bytes.high, low: 0, port: port)
    }
  }

  /// `Int(text)` would take a sign, and leading zeros would give one address several spellings.
  private static func port(_ text: some StringProtocol) -> UInt16? {
    guard let port = UInt16(text), String(port) == text else { return nil }
    return port
  }

  private static func parse(_ host: String, _ family: Int32) -> (high: UInt64, low: UInt64)? {
    // `inet_pton` would stop at a zero byte and accept what stands before it.
    guard !host.utf8.contains(0) else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    // `inet_pton` writes 4 or 16 bytes: never more than the 16 of `words`.
    guard inet_pton(family, host, &words) == 1 else { return nil }
    return (words.0.bigEndian, words.1.bigEndian)
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `192.0.2.7:5432` or `[2001:db8::7]:5432`, which the initializer reads back.
  public var description: String {
    family == .ipv4 ? "\(host):\(port)" : "[\(host)]:\(port)"
  }

  /// The address without its port: `192.0.2.7` or `2001:db8::7`.
  public var host: String {
    var words = (high.bigEndian, low.bigEndian)
    let capacity = Int(INET6_ADDRSTRLEN)
    return String(unsafeUninitializedCapacity: capacity) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { text in
        let code = family == .ipv4 ? AF_INET : AF_INET6
        guard inet_ntop(code, &words, text.baseAddress, socklen_t(capacity)) != nil else {
          return 0
        }
        return strlen(text.baseAddress!)
      }
    }
  }
}
