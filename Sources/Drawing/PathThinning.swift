/// Leaves out points of a line that nobody could see.
public enum PathThinning {
  /// Most points of a line.
  public static let mostPoints = 1_000

  /// At most `limit` of the points, in their order: of each of equally long stretches the lowest
  /// and the highest, so that no peak is lost; and the first and the last.
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
    let stretches = (max(4, limit) - 2) / 2
    let length = last.x - first.x
    func stretch(_ point: SVGCanvas.Point) -> Int {
      guard length > 0, point.x.isFinite else { return 0 }
      return min(stretches - 1, max(0, Int((point.x - first.x) / length * Double(stretches))))
    }
    var kept = [first]
    var start = 1
    while start < points.count - 1 {
      let own = stretch(points[start])
      var (lowest, highest, end) = (start, start, start + 1)
      while end < points.count - 1, stretch(points[end]) == own {
        if points[end].y < points[lowest].y { lowest = end }
        if points[end].y > points[highest].y { highest = end }
        end += 1
      }
      kept.append(points[min(lowest, highest)])
      if lowest != highest { kept.append(points[max(lowest, highest)]) }
      start = end
    }
    return kept + [last]
  }
}
