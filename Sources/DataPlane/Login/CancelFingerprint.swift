import Wire

/// A short name for a process id and its cancel key, built a byte at a time.
///
/// It only finds the session: the server itself compares the key. So a collision costs a request that does nothing.
struct CancelFingerprint: Equatable {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Takes the next byte (FNV-1a, 64 bits).
  mutating func mix(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  init() {}

  /// The fingerprint of a number that was one's ``value``.
  init(_ value: UInt64) { self.value = value }

  /// The fingerprint of process id and key as they stand in BackendKeyData and in CancelRequest: the same bytes in both.
  init(_ bytes: RawSpan) {
    for offset in 0..<bytes.byteCount { mix(bytes.byte(at: offset)) }
  }
}
