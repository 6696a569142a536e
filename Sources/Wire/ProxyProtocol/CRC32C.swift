/// The checksum CRC-32C (Castagnoli, RFC 3385), a bit at a time: for headers of some hundred bytes.
struct CRC32C {
  private var remainder: UInt32 = .max

  /// Adds a byte.
  mutating func add(_ byte: UInt8) {
    remainder ^= UInt32(byte)
    for _ in 0..<8 {
      remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0)
    }
  }

  /// The checksum of all that was added.
  var value: UInt32 { ~remainder }
}
