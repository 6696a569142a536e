internal import Console
internal import ShardMap

/// The answer of `shardway ttl advise`: what `--json` prints and the table shows.
struct TTLReport: Encodable, Sendable {
  struct Class: Encodable, Sendable {
    var name: String
    var windowSeconds: Double
    var atMost: Double
    var isMet: Bool
    var ttlSeconds: Double
    var pollIntervalSeconds: Double
    var maxStaleSeconds: Double?
    var requestsPerSecond: Double
    var probability: Double
    var probabilityAtMost: Double
    var floor: Double
    var medianWindowSeconds: Double?
    var worstWindowSeconds: Double
  }

  struct Measured: Encodable, Sendable {
    var samples: UInt64
    var p50Seconds: Double?
    var p99Seconds: Double?
    var eventLoss: Double
    var eventLossTaken: Double
    var changesPerSecond: Double
  }

  var mode: String
  var routers: Int
  var measured: Measured
  var classes: [Class]
  /// One sidecar polls for all classes: the shortest of their intervals.
  var pollIntervalSeconds: Double
  var requestsPerSecond: Double
  var warnings: [String]

  var isMet: Bool { classes.allSatisfy(\.isMet) }

  init(
    _ question: TTLQuestion, _ advice: [ClassAdvice], measuredLoss: Double
  ) {
    mode = question.mode.rawValue
    routers = question.routers
    let times = question.conditions.times
    measured = Measured(
      samples: times.samples, p50Seconds: times.time(exceededBy: 0.5),
      p99Seconds: times.time(exceededBy: 0.01), eventLoss: measuredLoss,
      eventLossTaken: question.conditions.eventLoss, changesPerSecond: question.changeRate)
    classes = advice.map(Class.init)
    let interval = advice.map(\.model.pollInterval).min() ?? TTLLimits.longestInterval
    pollIntervalSeconds = interval
    requestsPerSecond = question.load(pollInterval: interval)
    warnings = TTLAdvisor.warnings(question)
  }
}

extension TTLReport.Class {
  init(_ advice: ClassAdvice) {
    let model = advice.model
    self.init(
      name: advice.freshnessClass.name, windowSeconds: advice.objective.window,
      atMost: advice.objective.share, isMet: advice.isMet, ttlSeconds: model.ttl,
      pollIntervalSeconds: model.pollInterval, maxStaleSeconds: model.maxStale,
      requestsPerSecond: advice.load, probability: advice.probability,
      probabilityAtMost: advice.upperBound, floor: advice.floor,
      medianWindowSeconds: model.window(exceededWith: 0.5),
      worstWindowSeconds: model.ttl + model.conditions.times.longest)
  }
}

extension TTLReport {
  /// Prints the report for people.
  func show(on terminal: Terminal) {
    let p50 = measured.p50Seconds.map(DurationText.short) ?? "more than the histogram holds"
    let p99 = measured.p99Seconds.map(DurationText.short) ?? "more than the histogram holds"
    terminal.line(
      "measured: commit → in use p50 \(p50), p99 \(p99), of"
        + " \(NumberText.grouped(Double(measured.samples)))"
        + " \(measured.samples == 1 ? "sample" : "samples");"
        + " \(NumberText.significant(measured.changesPerSecond, digits: 3)) changes/s")
    terminal.line(
      "assumed:  \(NumberText.grouped(Double(routers))) \(routers == 1 ? "router" : "routers"), mode \(mode), event loss"
        + " \(share(measured.eventLoss)) measured, \(share(measured.eventLossTaken)) taken")
    terminal.line()
    terminal.table([heading] + classes.map(row)) { row, column in
      column == 7 ? (classes[row].isMet ? .good : .bad) : nil
    }
    terminal.line()
    showConclusion(on: terminal)
    for warning in warnings {
      terminal.line(terminal.styled("warning: ", .bad) + warning)
    }
  }

  private var heading: [String] {
    [
      "class", "objective", "TTL", "poll interval", "maxStale", "requests/s",
      "a longer window", "", "at most (95 %)",
    ]
  }

  private func row(_ entry: Class) -> [String] {
    [
      entry.name,
      "over \(DurationText.short(entry.windowSeconds)) \(NumberText.oneIn(entry.atMost))",
      entry.isMet ? DurationText.short(entry.ttlSeconds) : "–",
      entry.isMet ? DurationText.short(entry.pollIntervalSeconds) : "–",
      entry.maxStaleSeconds.map(DurationText.short) ?? "any",
      entry.isMet ? NumberText.grouped(entry.requestsPerSecond) : "–",
      NumberText.oneIn(entry.probability), entry.isMet ? "met" : "NOT MET",
      NumberText.oneIn(entry.probabilityAtMost),
    ]
  }

  private func showConclusion(on terminal: Terminal) {
    for entry in classes where !entry.isMet {
      terminal.line(
        "\(entry.name): no interval reaches it; with polls that take no time"
          + " \(NumberText.oneIn(entry.floor)) of the changes would still take longer than"
          + " \(DurationText.short(entry.windowSeconds))")
    }
    guard isMet else { return }
    let interval = DurationText.short(pollIntervalSeconds)
    terminal.line(
      "one sidecar polls for all classes: every \(interval), which makes"
        + " \(NumberText.grouped(requestsPerSecond)) requests/s at the control plane")
    let rules = classes.map { entry in
      let maxStale = entry.maxStaleSeconds.map { ", \"maxStale\": \"\(Self.age($0))\"" } ?? ""
      return "\"\(entry.name)\": {\"ttl\": \"\(Self.age(entry.ttlSeconds))\"\(maxStale)}"
    }
    terminal.line("as a policy: \"freshness\": {\(rules.joined(separator: ", "))}")
  }

  /// A duration as documents write it: a whole number and a unit.
  static func age(_ seconds: Double) -> String {
    let milliseconds = Int64((seconds * 1000).rounded())
    let units: [(name: String, milliseconds: Int64)] = [
      ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ]
    for unit in units where milliseconds.isMultiple(of: unit.milliseconds) && milliseconds > 0 {
      return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
    return "\(milliseconds)ms"
  }

  private func share(_ value: Double) -> String {
    value >= 1 ? "100 %" : "\(NumberText.significant(value * 100, digits: 2)) %"
  }
}
