public import Synchronization

/// Histograms of one thread that others may read: for each series, a count a bucket and the sum of
/// what was noted. A note is two relaxed loads and stores: no read-modify-write, no lock.
///
/// Series are numbered in the order in which they were added, and stay. Room for all of them is
/// reserved at once, and takes memory only as they come: `(bounds + 2) × 8` bytes each.
///
/// Invariant that keeps the pointers safe: `cells` has room for `capacity` series and `labels` for as
/// many labels; those below `seriesCount` are initialized, and a series is checked against that. Only
/// the owning thread adds and notes.
public final class HistogramPage: Sendable {
  /// Where the buckets end.
  public let bounds: HistogramBounds
  /// Series there can be.
  public let capacity: Int

  @usableFromInline nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>
  @usableFromInline nonisolated(unsafe) let ends: UnsafeMutablePointer<UInt64>
  @usableFromInline let endCount: Int
  private nonisolated(unsafe) let labels: UnsafeMutablePointer<UInt64>
  @usableFromInline let added = Atomic<Int>(0)

  /// A page without series.
  public init(bounds: HistogramBounds, capacity: Int) {
    self.bounds = bounds
    self.capacity = capacity
    endCount = bounds.nanoseconds.count
    ends = .allocate(capacity: endCount)
    ends.initialize(from: bounds.nanoseconds, count: endCount)
    cells = .allocate(capacity: capacity * (endCount + 2))
    labels = .allocate(capacity: capacity)
  }

  deinit {
    cells.deallocate()
    labels.deallocate()
    ends.deallocate()
  }

  /// How many series there are. Any thread may ask.
  @inlinable
  public var seriesCount: Int { added.load(ordering: .acquiring) }

  /// Adds a series; nil when there is no room. Only the owning thread may. `label` is what tells it
  /// from others: the page doesn't mind what.
  public func add(label: UInt64) -> Int? {
    let series = added.load(ordering: .relaxed)
    guard series < capacity else { return nil }
    let first = cells + series * (endCount + 2)
    for place in 0..<endCount + 2 { (first + place).initialize(to: Atomic(0)) }
    (labels + series).initialize(to: label)
    added.store(series + 1, ordering: .releasing)
    return series
  }

  /// Counts a time. Only the owning thread may.
  @inlinable
  public func note(_ series: Int, nanoseconds: UInt64) {
    precondition(series >= 0 && series < added.load(ordering: .relaxed), "no such series")
    var bucket = 0
    while bucket < endCount, ends[bucket] < nanoseconds { bucket += 1 }
    let first = cells + series * (endCount + 2)
    Self.add(1, first + bucket)
    Self.add(nanoseconds, first + endCount + 1)
  }

  @inlinable
  static func add(_ amount: UInt64, _ cell: UnsafeMutablePointer<Atomic<UInt64>>) {
    cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  /// What a series was added for. Any thread may ask.
  public func label(of series: Int) -> UInt64 {
    precondition(series >= 0 && series < seriesCount, "no such series")
    return labels[series]
  }

  /// Adds what a series has counted to `counts`, which has the same bounds. Any thread may: it reads
  /// what was noted up to some moment just now, the sum perhaps a note more or less than the counts.
  public func read(_ series: Int, into counts: inout HistogramCounts) {
    precondition(series >= 0 && series < seriesCount, "no such series")
    precondition(counts.buckets.count == endCount + 1, "the bounds are others")
    let first = cells + series * (endCount + 2)
    for bucket in 0...endCount {
      counts.buckets[bucket] &+= first[bucket].load(ordering: .relaxed)
    }
    counts.sumNanoseconds &+= first[endCount + 1].load(ordering: .relaxed)
  }
}

/// What a histogram has counted.
public struct HistogramCounts: Sendable, Hashable {
  /// How many fell into each bucket; the last is for what is longer than every bound.
  public var buckets: [UInt64]
  /// The sum of all, in nanoseconds.
  public var sumNanoseconds: UInt64 = 0

  /// Nothing counted.
  public init(bounds: HistogramBounds) {
    buckets = Array(repeating: 0, count: bounds.bucketCount)
  }

  /// How many there are.
  public var count: UInt64 { buckets.reduce(0, &+) }

  /// The time that `part` (0...1) of them took at most, in nanoseconds, by the bound of its bucket;
  /// nil where nothing was counted, and for what is longer than every bound.
  public func quantile(_ part: Double, _ bounds: HistogramBounds) -> UInt64? {
    let rank = (Double(count) * part).rounded(.up)
    guard count > 0 else { return nil }
    var seen: UInt64 = 0
    for (bucket, end) in zip(buckets, bounds.nanoseconds) {
      seen &+= bucket
      if Double(seen) >= rank { return end }
    }
    return nil
  }
}
