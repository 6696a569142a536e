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

  /// A path whose work changes a state that `makeState` prepares.
  ///
  /// The state has one owner, as in a worker: access to it is checked once a batch, and not for each
  /// operation, as it would be to a variable that the work has captured.
  init<State: ~Copyable>(
    _ name: String, _ makeState: @escaping @Sendable () throws -> State,
    work: @escaping @Sendable (inout State, Int) throws -> Int
  ) {
    self.init(name) {
      let owner = StateOwner(try makeState())
      return { try work(&owner.state, $0) }
    }
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
  public static let all =
    map + routing + wire + pooling + admission + hotTenants + telemetry + worker + load
}

private final class StateOwner<State: ~Copyable> {
  var state: State

  init(_ state: consuming State) { self.state = state }
}
