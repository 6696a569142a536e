/// Leaves out points of a line that nobody could see.
public enum PathThinning {
  /// Most points of a line.
  public static let mostPoints = 1_000

  /// At most `limit` of the points, in their order: of each stretch the lowest and the highest, so
  /// that no peak is lost; and the first and the last.
  ///
  /// - Parameters:
  ///   - points: in order of x.
  ///   - limit: at least 4.
  /// - Returns: all points where they are few enough.
  /// - Complexity: O(n).
  public static func thinned(
    _ points: [SVGCanvas.Point], to limit: Int = mostPoints
  ) -> [SVGCanvas.Point] {
    guard points.count > max(4, limit), let first = points.first, let last = points.last else {
      return points
    }
    let inner = points.dropFirst().dropLast()
    let stretches = (max(4, limit) - 2) / 2
    var kept = [first]
    for stretch in 0..<stretches {
      let from = inner.startIndex + inner.count * stretch / stretches
      let to = inner.startIndex + inner.count * (stretch + 1) / stretches
      guard let lowest = (from..<to).min(by: { points[$0].y < points[$1].y }),
        let highest = (from..<to).max(by: { points[$0].y < points[$1].y })
      else { continue }
      kept.append(points[min(lowest, highest)])
      if lowest != highest { kept.append(points[max(lowest, highest)]) }
    }
    return kept + [last]
  }
}
