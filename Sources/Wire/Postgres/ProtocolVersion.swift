/// A version of the frontend/backend protocol, ordered by age.
public struct ProtocolVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Major version; 3 since PostgreSQL 7.4.
  public let major: UInt16
  /// Minor version; 0 until PostgreSQL 17, 2 from 18 on.
  public let minor: UInt16

  /// Version 3.0: cancel keys have four bytes.
  public static let v3_0 = ProtocolVersion(major: 3, minor: 0)
  /// Version 3.2: cancel keys have up to 256 bytes.
  public static let v3_2 = ProtocolVersion(major: 3, minor: 2)

  /// A version of its two parts.
  public init(major: UInt16, minor: UInt16) {
    self.major = major
    self.minor = minor
  }

  /// A version as it stands in a packet: major in the upper half, minor in the lower.
  public init(rawValue: UInt32) {
    self.init(
      major: UInt16(truncatingIfNeeded: rawValue >> 16), minor: UInt16(truncatingIfNeeded: rawValue)
    )
  }

  /// The version as it stands in a packet.
  public var rawValue: UInt32 { UInt32(major) << 16 | UInt32(minor) }

  /// `3.0`, `3.2` and so on.
  public var description: String { "\(major).\(minor)" }

  /// Whether one version is older than another.
  public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool {
    left.rawValue < right.rawValue
  }
}
