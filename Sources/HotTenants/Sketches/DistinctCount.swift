internal import Glibc

/// How many different things were seen, from a few thousand registers.
///
/// The standard error is 1.6 %. Two counts that were made apart can be merged into what one would have
/// counted of both. (Flajolet, Fusy, Gandouet and Meunier, "HyperLogLog", 2007; with hashes of 64 bits, which
/// need no correction for large counts.)
public struct DistinctCount: Hashable, Sendable {
  /// Bits of a hash that choose its register.
  public static let precision = 12
  /// A register each byte: 4 KiB.
  public static let registerCount = 1 << precision

  private var registers = [UInt8](repeating: 0, count: registerCount)

  /// Nothing was seen yet.
  public init() {}

  /// Something was seen whose hash this is; all 64 bits have to be good.
  public mutating func insert(hash: UInt64) {
    let register = Int(truncatingIfNeeded: hash >> UInt64(64 - Self.precision))
    // The bit behind the hash's own bits ends the count.
    let rest = hash << UInt64(Self.precision) | 1 << UInt64(Self.precision - 1)
    let rank = UInt8(truncatingIfNeeded: rest.leadingZeroBitCount + 1)
    if registers[register] < rank { registers[register] = rank }
  }

  /// Takes over what another one has seen.
  public mutating func merge(_ other: DistinctCount) {
    for register in registers.indices where registers[register] < other.registers[register] {
      registers[register] = other.registers[register]
    }
  }

  /// About how many different things were seen.
  public var estimate: Int {
    let count = Double(Self.registerCount)
    var sum = 0.0
    var empty = 0
    for rank in registers {
      sum += scalbn(1, -Int32(rank))
      if rank == 0 { empty += 1 }
    }
    let raw = 0.7213 / (1 + 1.079 / count) * count * count / sum
    // So few that most registers are empty: how many are tells more than what the others hold.
    guard raw <= 2.5 * count, empty > 0 else { return Int(raw.rounded()) }
    return Int((count * log(count / Double(empty))).rounded())
  }
}
