import RouterAPI

/// The last points of a series, of which there are never more than ``APILimits/points``.
struct LatencySeries {
  private var points: [LatencyDocument.Point] = []
  /// Where the next one goes once there is no room: in the place of the oldest.
  private var next = 0

  /// Adds a point; the oldest makes room.
  mutating func add(_ point: LatencyDocument.Point) {
    if points.count < APILimits.points {
      points.append(point)
    } else {
      points[next] = point
      next = (next + 1) % points.count
    }
  }

  /// The points behind a moment, in milliseconds since 1970, the oldest first.
  func points(after moment: Int64) -> [LatencyDocument.Point] {
    (points[next...] + points[..<next]).filter { $0.atMilliseconds > moment }
  }
}
