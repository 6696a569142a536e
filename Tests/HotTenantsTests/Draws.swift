import Glibc
import RandomNumbers

extension SplitMix64 {
  /// A number in 0..<1.
  mutating func unit() -> Double { Double(next() >> 11) / 0x1p53 }

  /// A duration with this mean: short ones often, long ones seldom.
  mutating func exponential(mean: Double) -> Double { -log(1 - unit()) * mean }
}

/// Ranks 0..<count: the one of rank r comes up in proportion to 1 / (r + 1)^exponent.
struct Zipf {
  private var sums: [Double] = []

  init(count: Int, exponent: Double) {
    var sum = 0.0
    for rank in 1...count {
      sum += 1 / pow(Double(rank), exponent)
      sums.append(sum)
    }
  }

  /// The part of all draws that come to a rank.
  func part(of rank: Int) -> Double {
    (sums[rank] - (rank == 0 ? 0 : sums[rank - 1])) / (sums.last ?? 1)
  }

  func draw(_ random: inout SplitMix64) -> Int {
    let wanted = random.unit() * (sums.last ?? 0)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > wanted { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
