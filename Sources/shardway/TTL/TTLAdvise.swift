internal import ArgumentParser
internal import Console
internal import ControlClient
internal import Foundation
internal import ShardMap

/// `shardway ttl advise`.
struct TTLAdvise: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Prints the TTL and poll interval that an objective needs, and what they cost.",
    discussion: """
      The objective is about the misroute window: from the commit of a change until the last worker of \
      a router uses it. A change is seen after the measured propagation delay, or, when its event was \
      lost, at the next poll; a poll may fail, too, and then the next one sees it, or the TTL runs out. \
      The longest poll interval that reaches the objective is advised, because polls are what loads the \
      control plane. Exit status: 0 reached; 1 no interval reaches it; 2 the figures can't be read.

      EXAMPLES
        shardway ttl advise --window 2s --at-most 1/10000 --routers 200
        shardway ttl advise --from propagation.json --mode poll --window 5s --at-most 1/1000
        shardway ttl advise --slo envelope=30s:1/100 --slo permissions=1s:1/100000 --plot ttl.svg
      """)

  @OptionGroup var connection: ControlOptions

  @Option(
    name: .customLong("from"),
    help: "A file with the answer of GET /v1/propagation, instead of asking the control plane.",
    completion: .file(extensions: ["json"]))
  var source: String?

  @Option(help: "The misroute window that may rarely be exceeded.")
  var window = DurationArgument(seconds: 2)

  @Option(help: "The share of changes that may exceed it: 1/10000, 0.0001 or 0.01%.")
  var atMost = ShareArgument(1e-4)

  @Option(
    help: ArgumentHelp(
      "Another objective for one class (routing, envelope, permissions); may be repeated.",
      valueName: "class=window:at-most"))
  var slo: [ClassObjective] = []

  @Option(help: "Routers, each with its sidecar. (default: those the control plane knows, or 1)")
  var routers: Int?

  @Option(
    help: "How sidecars learn of changes between polls: events, long-poll, or poll for not at all.")
  var mode = PollMode.longPoll

  @Option(help: "Changes a second, instead of the measured rate.")
  var changeRate: Double?

  @Option(help: "The share of changes whose event is lost, instead of the measured one.")
  var eventLoss: Double?

  @Option(help: "The share of polls that fail.")
  var pollLoss = 0.001

  @Option(help: "The share of changes made while a sidecar can't reach the control plane.")
  var unreachable = 0.0

  @Option(help: "How much longer than the poll interval one may be, as a share of it.")
  var jitter = 0.1

  @Option(help: "The maxStale of permissions, where the objective needs no shorter one.")
  var maxStale = DurationArgument(seconds: 3600)

  @Option(help: "How long a long poll is held at most.")
  var wait = DurationArgument(seconds: 30)

  @Option(help: "From one status report of a sidecar to the next.")
  var statusInterval = DurationArgument(seconds: 30)

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: "Draw the misroute window against TTL and poll interval into an SVG file.",
    completion: .file(extensions: ["svg"]))
  var plot: String?

  func validate() throws {
    for (name, value, range) in [
      ("--poll-loss", pollLoss, 0...0.9), ("--unreachable", unreachable, 0...1),
      ("--jitter", jitter, 0...1), ("--event-loss", eventLoss ?? 0, 0...1),
      ("--change-rate", changeRate ?? 0, 0...1e6),
    ] where !range.contains(value) {
      throw ValidationError("\(name) must be \(range.lowerBound) to \(range.upperBound)")
    }
    guard (1...1_000_000).contains(routers ?? 1) else {
      throw ValidationError("--routers must be 1 to 1000000")
    }
  }

  func run() async throws {
    let (measured, knownRouters) = try await CommandOutput.orFailAsync { try await measure() }
    let loss = eventLoss ?? measured.eventLoss ?? 0
    let question = try CommandOutput.orFail { () throws(PropagationTimesError) in
      try self.question(measured, loss: loss, routers: routers ?? knownRouters)
    }
    let advice = TTLAdvisor.advise(question)
    let report = TTLReport(question, advice, measuredLoss: loss)
    if json { try CommandOutput.printJSON(report) } else { report.show(on: .standard) }
    if let plot {
      let picture = TTLPlot(question: question, advice: advice).svg()
      try CommandOutput.orFail { try Data(picture.utf8).write(to: URL(fileURLWithPath: plot)) }
    }
    if !report.isMet { throw ExitCode.negative }
  }

  /// What was measured, and how many routers reported.
  private func measure() async throws -> (PropagationReport, routers: Int) {
    if let source {
      let data = try Data(contentsOf: URL(fileURLWithPath: source))
      return (try JSONDecoder().decode(PropagationReport.self, from: data), 1)
    }
    let client = try connection.client()
    async let routers = client.routers()
    return (try await client.propagation(), max(1, try await routers.count))
  }

  private func question(
    _ measured: PropagationReport, loss: Double, routers: Int
  ) throws(PropagationTimesError) -> TTLQuestion {
    let scales = ["us": 1e-6, "ms": 1e-3, "s": 1.0]
    guard let scale = scales[measured.histogram.unit] else {
      throw .unit(measured.histogram.unit)
    }
    let times = try PropagationTimes(
      bounds: measured.histogram.bounds.map { $0 * scale }, counts: measured.histogram.counts)
    // A loss that was never seen is not 0: as many samples as there are can't show less.
    let taken =
      eventLoss ?? ShareBound.upper(loss, of: Double(measured.count ?? times.samples))
    var objectives: [FreshnessClass: MisrouteObjective] = [:]
    for freshnessClass in FreshnessClass.allCases {
      objectives[freshnessClass] = MisrouteObjective(window: window.seconds, share: atMost.value)
    }
    for entry in slo { objectives[entry.freshnessClass] = entry.objective }
    return TTLQuestion(
      conditions: MisrouteModel.Conditions(
        times: times, eventLoss: taken, pollLoss: pollLoss, unreachable: unreachable,
        jitter: jitter),
      mode: mode, routers: routers, changeRate: changeRate ?? measured.changeRatePerSecond ?? 0,
      wait: wait.seconds, statusInterval: statusInterval.seconds,
      permissionsMaxStale: maxStale.seconds,
      objectives: objectives)
  }
}

/// `envelope=30s:1/100`.
struct ClassObjective: ExpressibleByArgument, Sendable {
  var freshnessClass: FreshnessClass
  var objective: MisrouteObjective

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    let figures = parts.count == 2 ? parts[1].split(separator: ":", maxSplits: 1) : []
    guard figures.count == 2,
      let freshnessClass = FreshnessClass.allCases.first(where: { $0.name == parts[0] }),
      let window = DurationArgument(argument: String(figures[0])),
      let share = ShareArgument(argument: String(figures[1]))
    else { return nil }
    self.freshnessClass = freshnessClass
    objective = MisrouteObjective(window: window.seconds, share: share.value)
  }
}
