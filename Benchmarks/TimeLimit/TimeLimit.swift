import Glibc

/// The most that one operation may take, in nanoseconds.
///
/// The fastest of many batches counts: other work on the machine only ever makes a batch slower.
public struct TimeLimit: Sendable {
  private static let batches = 200
  private static let operations = 1_000

  private let nanoseconds: Double

  /// A limit.
  public init(nanoseconds: Double) { self.nanoseconds = nanoseconds }

  /// Ends the process with a failure if an operation takes longer; `work` is told how often to do it.
  public func require<Result, Failure>(
    _ name: String, _ work: (Int) throws(Failure) -> Result
  ) throws(Failure) {
    var fastest = Duration.seconds(1)
    for _ in 0..<Self.batches {
      let start = ContinuousClock.now
      _ = try work(Self.operations)
      fastest = min(fastest, start.duration(to: .now))
    }
    let each =
      Double(fastest.components.attoseconds) / 1e9 / Double(Self.operations)
      + Double(fastest.components.seconds) * 1e9 / Double(Self.operations)
    guard each > nanoseconds else { return }
    print("\(name): \(each) ns in the fastest of all batches, but \(nanoseconds) ns are allowed")
    exit(EXIT_FAILURE)
  }
}
