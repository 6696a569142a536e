/// When values of a counter were acknowledged: the last ones, in order of value and of time.
///
/// Grows at need up to ``StalenessLimits/rememberedWrites``; from then on the oldest goes.
struct AcknowledgedWrites {
  private struct Write {
    var value: Int64
    var at: Int64
  }

  private var writes: [Write] = []
  /// Where the oldest is.
  private var first = 0

  /// None.
  init() {}

  /// The greatest value; nil for none.
  mutating func last() -> Int64? {
    writes.isEmpty ? nil : writes[place(writes.count - 1)].value
  }

  /// Remembers that a value was acknowledged, greater than all before.
  mutating func append(_ value: Int64, at time: Int64) {
    if writes.count < StalenessLimits.rememberedWrites {
      writes.append(Write(value: value, at: time))
    } else {
      writes[first] = Write(value: value, at: time)
      first = place(1)
    }
  }

  /// Forgets all.
  mutating func removeAll() {
    writes.removeAll(keepingCapacity: true)
    first = 0
  }

  /// When the least value above `value` was acknowledged that is remembered; nil where there is
  /// none.
  ///
  /// - Complexity: O(log n).
  mutating func firstTime(after value: Int64) -> Int64? {
    var low = 0
    var high = writes.count
    while low < high {
      let middle = (low + high) / 2
      if writes[place(middle)].value > value { high = middle } else { low = middle + 1 }
    }
    return low < writes.count ? writes[place(low)].at : nil
  }

  /// Where the `number`th oldest is.
  private func place(_ number: Int) -> Int { (first + number) % writes.count }
}
