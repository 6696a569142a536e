/// How long a change that is heard of takes until the last worker of a router uses it: a measured
/// distribution, in seconds.
///
/// Inside a bucket of the histogram times are taken as evenly spread. What lies behind the last
/// bound took longer than any time that can be asked about.
struct PropagationTimes: Hashable, Sendable {
  /// Samples the distribution was made from.
  let samples: UInt64
  /// Bucket edges in seconds, from 0, growing.
  private let edges: [Double]
  /// `tail[i]`: the share of samples longer than `edges[i]`.
  private let tail: [Double]
  /// `area[i]`: the integral of the tail from 0 to `edges[i]`.
  private let area: [Double]

  /// A distribution from the upper bounds of buckets, in seconds, and the samples in each.
  ///
  /// - Parameters:
  ///   - bounds: growing, more than 0.
  ///   - counts: as many, or one more for what is behind the last bound.
  /// - Throws: `PropagationTimesError`.
  init(bounds: [Double], counts: [UInt64]) throws(PropagationTimesError) {
    guard counts.count == bounds.count || counts.count == bounds.count + 1, !bounds.isEmpty else {
      throw .uneven(bounds: bounds.count, counts: counts.count)
    }
    for (lower, upper) in zip([0] + bounds, bounds) where !(upper > lower && upper.isFinite) {
      throw .notGrowing(lower, upper)
    }
    let total = counts.reduce(into: UInt64(0)) { $0 = $0.addingReportingOverflow($1).partialValue }
    guard total > 0 else { throw .empty }
    samples = total
    edges = [0] + bounds
    var (tail, area) = ([1.0], [0.0])
    var longer = total
    for (place, count) in counts.prefix(bounds.count).enumerated() {
      longer -= count
      tail.append(Double(longer) / Double(total))
      let width = edges[place + 1] - edges[place]
      area.append(area[place] + width * (tail[place] + tail[place + 1]) / 2)
    }
    (self.tail, self.area) = (tail, area)
  }

  /// The share of changes that take longer than `seconds`; 1 for what is before 0.
  func share(longerThan seconds: Double) -> Double {
    guard seconds > 0 else { return 1 }
    guard let place = bucket(of: seconds) else { return beyond }
    let part = (seconds - edges[place]) / (edges[place + 1] - edges[place])
    return tail[place] + (tail[place + 1] - tail[place]) * part
  }

  /// The mean of `share(longerThan:)` over times spread evenly from `lower` to `upper`.
  func meanShare(from lower: Double, to upper: Double) -> Double {
    guard upper > lower else { return share(longerThan: lower) }
    return (integral(to: upper) - integral(to: lower)) / (upper - lower)
  }

  /// The time that a share of the changes exceeds; nil when it lies behind the last bound.
  func time(exceededBy share: Double) -> Double? {
    guard let place = tail.indices.dropFirst().first(where: { tail[$0] <= share }) else {
      return nil
    }
    let (above, below) = (tail[place - 1], tail[place])
    let part = above > below ? (above - share) / (above - below) : 1
    return edges[place - 1] + (edges[place] - edges[place - 1]) * min(max(part, 0), 1)
  }

  /// The share of samples behind the last bound.
  var beyond: Double { tail.last ?? 0 }

  /// The last bound, in seconds.
  var longest: Double { edges.last ?? 0 }

  /// The integral of `share(longerThan:)` from 0; negative below 0, where the share is 1.
  private func integral(to seconds: Double) -> Double {
    guard seconds > 0 else { return seconds }
    guard let place = bucket(of: seconds) else {
      return (area.last ?? 0) + (seconds - longest) * beyond
    }
    let width = seconds - edges[place]
    return area[place] + width * (tail[place] + share(longerThan: seconds)) / 2
  }

  /// The bucket that holds a time; nil behind the last bound.
  private func bucket(of seconds: Double) -> Int? {
    guard seconds < longest else { return nil }
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= seconds { low = middle } else { high = middle }
    }
    return low
  }
}

/// Why a histogram is no distribution.
enum PropagationTimesError: Error, Hashable, Sendable, CustomStringConvertible {
  case uneven(bounds: Int, counts: Int)
  case notGrowing(Double, Double)
  case empty
  case unit(String)

  var description: String {
    switch self {
    case .uneven(let bounds, let counts):
      "the histogram has \(counts) counts for \(bounds) bounds; it must have as many, or one more"
    case .notGrowing(let lower, let upper):
      "the bounds of the histogram must grow from above 0; \(upper) follows \(lower)"
    case .empty:
      "the histogram has no samples: no router has reported a change yet"
    case .unit(let unit):
      "the histogram's unit is \"\(unit)\"; it must be us, ms or s"
    }
  }
}
