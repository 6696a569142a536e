internal import RandomNumbers

/// Damages bytes the way that finds mistakes in parsers: bits, lengths, cuts and repetitions.
public struct Mutator {
  private var random: SplitMix64

  /// Follows a seed.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// `bytes` after one to four random changes.
  public mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var mutated = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&mutated) }
    return mutated
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes.append(.random(in: 0...255, using: &random))
      return
    }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...8, using: &random))
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = .random(in: 0...255, using: &random)
    case 2: bytes.insert(.random(in: 0...255, using: &random), at: place)
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.removeSubrange(place...)
    case 5: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    case 6: bytes[place] = [0, 1, 3, 4, 0x7F, 0x80, 0xFF].randomElement(using: &random)!
    default:
      // The first bytes are a length in most of what is mutated here.
      bytes[min(place % 8, bytes.count - 1)] &+= .random(in: 0...4, using: &random) &- 2
    }
  }
}
