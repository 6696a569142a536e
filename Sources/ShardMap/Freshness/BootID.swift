internal import Files

/// Which start of the machine it is: clocks that count from it are compared within one only.
public struct BootID: Hashable, Sendable {
  /// The first eight bytes, big-endian.
  public let high: UInt64
  /// The last eight bytes, big-endian.
  public let low: UInt64

  /// A boot by its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads 32 hexadecimal digits, dashes between them or not; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let digits = String(text.filter { $0 != "-" })
    guard digits.utf8.count == 32, !digits.contains(where: { $0 == "+" }),
      let high = UInt64(digits.prefix(16), radix: 16),
      let low = UInt64(digits.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// No boot: equal to none that is running.
  public static let none = BootID(high: 0, low: 0)

  /// The boot that this process runs in, read once; ``none`` where the kernel doesn't tell.
  public static let current: BootID =
    SmallFile.text(at: "/proc/sys/kernel/random/boot_id").flatMap {
      BootID($0.prefix { $0 != "\n" })
    } ?? .none
}
