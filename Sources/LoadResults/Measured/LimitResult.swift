/// What a search for the highest rate has found; in JSON.
public struct LimitResult: Sendable, Codable {
  /// One rate that was tried.
  public struct Step: Sendable, Codable {
    /// What was asked for, transactions a second over all loads.
    public var offered: Double
    /// What was answered, transactions a second over all loads.
    public var completed: Double
    /// Median latency; nil if nothing was completed.
    public var p50Milliseconds: Double?
    /// 99 % of latencies; nil if nothing was completed.
    public var p99Milliseconds: Double?
    /// The longest latency; nil if nothing was completed.
    public var maxMilliseconds: Double?
    /// Failed transactions as a share of those that were due.
    public var errorRate: Double
    /// 99 % of the generator's own delays; nil where it had no schedule.
    public var scheduleErrorP99Milliseconds: Double?
    /// A verdict for each objective.
    public var verdicts: [Verdict]

    /// Whether every objective was reached.
    public var holds: Bool { verdicts.allSatisfy(\.holds) }

    /// A step's figures, out of its run's.
    ///
    /// - Parameters:
    ///   - offered: the rate that was asked for.
    ///   - result: the run, judged.
    public init(offered: Double, _ result: RunResult) {
      var all = LatencyCounts()
      for load in result.loads { all.merge(load.latency) }
      let due = result.loads.reduce(0) { $0 + $1.due }
      let completed = result.loads.reduce(0) { $0 + $1.completed }
      self.offered = offered
      self.completed = result.seconds > 0 ? Double(completed) / result.seconds : 0
      p50Milliseconds = all.percentile(50).map(Self.milliseconds)
      p99Milliseconds = all.percentile(99).map(Self.milliseconds)
      maxMilliseconds = all.percentile(100).map(Self.milliseconds)
      errorRate = due > 0 ? Double(due - completed) / Double(due) : 0
      scheduleErrorP99Milliseconds = result.scheduleError.percentile(99).map(Self.milliseconds)
      verdicts = result.verdicts
    }

    private static func milliseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e6 }
  }

  /// The format's number.
  public static let format = 1

  /// The number of the format that this has.
  public var format = Self.format
  /// The scenario's name.
  public var scenario: String
  /// What the scenario is for; may be empty.
  public var about: String
  /// `127.0.0.1:6432, postgres, encryption off`.
  public var target: String
  /// Kernel, processors and cores.
  public var machine: String
  /// When the search began, milliseconds since 1970.
  public var startedAtMilliseconds: Int64
  /// How long each rate was measured.
  public var stepSeconds: Double
  /// Whether it went on to its end.
  public var ending = RunResult.Ending.complete
  /// In the order in which they were tried.
  public var steps: [Step] = []
  /// The highest rate at which all objectives held; nil if there was none.
  public var limit: Double?
  /// The lowest rate at which one broke; nil if none did.
  public var broke: Double?

  /// A search that has tried nothing yet.
  public init(
    scenario: String, about: String, target: String, machine: String,
    startedAtMilliseconds: Int64, stepSeconds: Double
  ) {
    self.scenario = scenario
    self.about = about
    self.target = target
    self.machine = machine
    self.startedAtMilliseconds = startedAtMilliseconds
    self.stepSeconds = stepSeconds
  }

  /// The objectives that broke first: those of the last try of the lowest rate that was too much.
  public var brokeFirst: [Verdict] {
    let step = steps.last { $0.offered == broke && !$0.holds }
    return step?.verdicts.filter { !$0.holds } ?? []
  }
}
