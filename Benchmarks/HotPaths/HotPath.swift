/// A path that each message, statement, transaction or login takes: what is counted and timed.
///
/// `Tools/count-paths` holds its instructions and allocations against `limits.txt`; the benchmark
/// `HotPathTimes` tells how long it takes.
public struct HotPath: Sendable {
  /// Takes the path so many times, and gives a number that all of them had a part in, so that no
  /// work is left out as useless.
  public typealias Work = (Int) throws -> Int

  /// Area, subject and case, separated by slashes.
  public let name: String
  private let makeWork: @Sendable () throws -> Work

  /// A path by its name; `makeWork` prepares all that it needs.
  init(_ name: String, _ makeWork: @escaping @Sendable () throws -> Work) {
    self.name = name
    self.makeWork = makeWork
  }

  /// Prepares the path, and takes it often enough for all memory to be touched and each table to
  /// have its size: what the work does from then on is the steady state.
  public func prepare() throws -> Work {
    let work = try makeWork()
    _ = try work(Self.warmUpCount)
    return work
  }

  private static let warmUpCount = 1_000

  /// All of them, each area's beside each other.
  public static let all = map + routing + wire + pooling + telemetry + worker + load
}
