/// Draws an index with a given weight in constant time: Walker's alias method, built as Vose does.
///
/// Every column is as likely as any other; it stands for its own index up to its threshold, and for
/// another index, its alias, beyond. One random number gives the column (its upper part) and the
/// place in it (its lower part).
///
/// Source: Vose, "A linear algorithm for generating random numbers with a given distribution"
/// (1991).
struct AliasTable: Sendable {
  private struct Column: Sendable {
    var threshold: UInt64
    var alias: Int32
  }

  private var columns: [Column]

  /// A table of weights: none negative, not all zero, at most `Int32.max` of them.
  ///
  /// - Complexity: O(n).
  init(weights: [Double]) {
    precondition(!weights.isEmpty, "nothing to draw from")
    let scale = Double(weights.count) / weights.reduce(0, +)
    var heights = weights.map { $0 * scale }
    columns = weights.indices.map { Column(threshold: .max, alias: Int32($0)) }
    var low = heights.indices.filter { heights[$0] < 1 }
    var high = heights.indices.filter { heights[$0] >= 1 }
    while let small = low.popLast(), let large = high.last {
      columns[small] = Column(threshold: UInt64(heights[small] * 0x1p64), alias: Int32(large))
      heights[large] -= 1 - heights[small]
      if heights[large] < 1 { low.append(high.removeLast()) }
    }
    // What is left is full but for rounding: these columns stand for themselves alone.
  }

  /// The next index.
  ///
  /// - Complexity: O(1), no allocation.
  func next(_ random: inout RandomSource) -> Int {
    let place = random.next().multipliedFullWidth(by: UInt64(columns.count))
    let index = Int(place.high)
    let column = columns[index]
    return place.low < column.threshold ? index : Int(column.alias)
  }
}
