import AllocationCount
import Callgrind
import HotPaths

/// Takes hot paths for `Tools/count-paths`.
///
///     hot-paths list          the paths' names, a line each
///     hot-paths take NAME     takes one path under callgrind: so many times, then twice as many
///
/// After each of the two callgrind writes what it has counted in it. A line tells how many the first
/// ones were, and the allocations of each of the two. The second less the first is what the operations
/// cost: what comes with a batch drops out.
@main
struct HotPathCounter {
  private static let operations = 10_000

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch (arguments.first, arguments.dropFirst().first) {
    case ("list", nil):
      for path in HotPath.all { print(path.name) }
    case ("take", let name?):
      guard let path = HotPath.all.first(where: { $0.name == name }) else {
        throw HotPathError.unknown(name)
      }
      try take(path)
    default:
      throw HotPathError.usage
    }
  }

  private static func take(_ path: HotPath) throws {
    guard callgrind_is_there() else { throw HotPathError.notUnderCallgrind }
    let work = try path.prepare()
    var allocations: [UInt64] = [0, 0]
    callgrind_start()
    for round in allocations.indices {
      let before = allocation_count()
      _ = try work((round + 1) * operations)
      allocations[round] = allocation_count() - before
      callgrind_write_counts()
    }
    callgrind_stop()
    print(operations, allocations[0], allocations[1])
  }
}

/// Why nothing was counted.
enum HotPathError: Error, CustomStringConvertible {
  case usage
  case unknown(String)
  case notUnderCallgrind

  var description: String {
    switch self {
    case .usage: "usage: hot-paths list | hot-paths take NAME"
    case .unknown(let name): "there is no hot path \(name); `hot-paths list` names them"
    case .notUnderCallgrind: "counts are taken under callgrind; run Tools/count-paths"
    }
  }
}
