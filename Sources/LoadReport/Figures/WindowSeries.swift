internal import LoadResults

/// A load's windows as they are drawn; of a long run neighbours are taken together.
struct WindowSeries {
  /// One window, or some neighbours.
  struct Window {
    /// Its beginning, seconds from that of the measurement.
    var at: Double
    /// Its length in seconds, above 0.
    var seconds: Double
    var due: Int
    var completed: Int
    var errors: Int
    var errorsByCause: [String: Int]
    var latency: LatencyCounts

    var middle: Double { at + seconds / 2 }
    var dueRate: Double { Double(due) / seconds }
    var completedRate: Double { Double(completed) / seconds }
  }

  /// In order of time.
  private(set) var windows: [Window] = []

  /// The windows of a load that lie in the measurement, at most so many.
  init(_ load: LoadResult, of result: RunResult, most: Int) {
    // A last window that was hardly begun would show a rate of nothing.
    let all = load.windows.filter { result.seconds - $0.at > result.windowSeconds * 0.2 }
    let group = max(0, all.count - 1) / max(1, most) + 1
    for start in stride(from: 0, to: all.count, by: group) {
      let members = all[start..<min(start + group, all.count)]
      windows.append(Self.merged(members, of: result))
    }
  }

  private static func merged(_ members: ArraySlice<WindowResult>, of result: RunResult) -> Window {
    var window = Window(
      at: members.first?.at ?? 0, seconds: 0, due: 0, completed: 0, errors: 0,
      errorsByCause: [:], latency: LatencyCounts())
    for member in members {
      window.seconds += min(result.windowSeconds, result.seconds - member.at)
      window.due += member.due
      window.completed += member.completed
      window.errors += member.errors
      window.errorsByCause.merge(member.errorsByCause, uniquingKeysWith: +)
      window.latency.merge(member.latency)
    }
    return window
  }
}
