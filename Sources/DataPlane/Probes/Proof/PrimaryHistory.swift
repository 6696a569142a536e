import Routing

/// What a primary had written, and when it was asked.
///
/// Positions and times grow from entry to entry: of two entries the later one with the lower position proves more, whatever is asked,
/// so the other is dropped. A primary that writes nothing has one entry, the newest.
struct PrimaryHistory {
  struct Entry: Equatable {
    let askedAt: MonotonicTime
    let position: LogPosition
  }

  private var entries: [Entry] = []

  /// Notes an answer; the oldest entry goes when there are ``ProbeLimits/primarySamples``.
  mutating func add(_ entry: Entry) {
    while let last = entries.last, last.position >= entry.position { entries.removeLast() }
    if entries.count == ProbeLimits.primarySamples { entries.removeFirst() }
    entries.append(entry)
  }

  mutating func removeAll() { entries.removeAll() }

  /// The newest entry whose position is not above this one; nil when all are.
  func newest(coveredBy position: LogPosition) -> Entry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].position <= position { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : entries[low - 1]
  }
}
