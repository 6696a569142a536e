/// Divides one limit among those who want parts of it. Pure arithmetic.
enum ShareDivision {
  /// What one wants.
  struct Demand {
    /// The part of the limit that it asks for.
    let part: UInt32
    /// Whether it may want more than that.
    let isHungry: Bool
  }

  /// Max-min fair parts: whoever wants less than an equal part gets what it wants, and the others the
  /// same each. What nobody asks for is divided equally among those that may want more, or among all.
  ///
  /// - Parameters:
  ///   - demands: what each wants.
  ///   - floor: what each gets in any case; all floors together are at most `capacity`.
  ///   - capacity: what there is.
  /// - Returns: the parts in the order of the demands; never more than `capacity` together.
  static func parts(_ demands: [Demand], floor: UInt32, capacity: UInt32) -> [UInt32] {
    guard !demands.isEmpty else { return [] }
    var rest = capacity - floor * UInt32(demands.count)
    var parts = demands.map { _ in floor }
    let ascending = demands.indices.sorted { (demands[$0].part, $0) < (demands[$1].part, $1) }
    for (place, index) in ascending.enumerated() {
      let equal = rest / UInt32(demands.count - place)
      let part = min(equal, demands[index].part - min(demands[index].part, floor))
      parts[index] += part
      rest -= part
    }
    let hungry = demands.indices.filter { demands[$0].isHungry }
    let takers = hungry.isEmpty ? Array(demands.indices) : hungry
    for index in takers { parts[index] += rest / UInt32(takers.count) }
    return parts
  }
}
