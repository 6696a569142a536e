/// TLS handshakes of a load's connections.
public struct HandshakeCounts: Sendable, Codable, Equatable {
  /// Those in which a session was made, and the server's key used.
  public var full: Int
  /// Those that resumed the session of an older connection.
  public var resumed: Int

  /// Counts of handshakes.
  public init(full: Int = 0, resumed: Int = 0) {
    self.full = full
    self.resumed = resumed
  }

  /// Which part was resumed, 0 to 1; nil without any handshake.
  public var resumedShare: Double? {
    full + resumed > 0 ? Double(resumed) / Double(full + resumed) : nil
  }

  /// Counts a handshake.
  public mutating func add(isResumed: Bool) {
    if isResumed { resumed += 1 } else { full += 1 }
  }

  /// Adds what was counted elsewhere.
  public mutating func merge(_ other: HandshakeCounts) {
    full += other.full
    resumed += other.resumed
  }
}
