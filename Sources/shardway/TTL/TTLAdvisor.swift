internal import ShardMap

/// What a class of data needs to reach its objective.
struct ClassAdvice: Sendable {
  var freshnessClass: FreshnessClass
  var objective: MisrouteObjective
  /// The model with the advised settings; with the shortest interval where none is enough.
  var model: MisrouteModel
  /// The probability of a longer window with these settings.
  var probability: Double
  /// What that probability is at most with 95 % confidence, for the number of samples.
  var upperBound: Double
  /// Requests a second at the control plane.
  var load: Double
  /// The probability that would be left if polls took no time: no interval can do better.
  var floor: Double

  /// Whether the objective is reached.
  var isMet: Bool { probability <= objective.share }
}

/// Chooses poll interval, TTL and `maxStale`: the longest interval that reaches the objective, for
/// it is what loads the control plane, and the TTL that goes with it.
enum TTLAdvisor {
  /// The advice for each class that has an objective.
  static func advise(_ question: TTLQuestion) -> [ClassAdvice] {
    FreshnessClass.allCases.compactMap { freshnessClass in
      question.objectives[freshnessClass].map { advise(question, freshnessClass, $0) }
    }
  }

  private static func advise(
    _ question: TTLQuestion, _ freshnessClass: FreshnessClass, _ objective: MisrouteObjective
  ) -> ClassAdvice {
    // A shorter `maxStale` refuses sessions when the control plane is away: only where it must be.
    for maxStale in [question.permissionsMaxStale, objective.window] {
      for interval in TTLLimits.intervals.reversed() {
        let model = question.model(freshnessClass, pollInterval: interval, maxStale: maxStale)
        guard model.probability(windowOver: objective.window) <= objective.share else { continue }
        return advice(question, freshnessClass, objective, model)
      }
      if freshnessClass != .permissions { break }
    }
    let shortest = question.model(
      freshnessClass, pollInterval: TTLLimits.shortestInterval,
      maxStale: question.permissionsMaxStale)
    return advice(question, freshnessClass, objective, shortest)
  }

  private static func advice(
    _ question: TTLQuestion, _ freshnessClass: FreshnessClass, _ objective: MisrouteObjective,
    _ model: MisrouteModel
  ) -> ClassAdvice {
    let probability = model.probability(windowOver: objective.window)
    let times = model.conditions.times
    let heard = times.share(longerThan: objective.window)
    let doubt = ShareBound.upper(heard, of: Double(times.samples)) - heard
    return ClassAdvice(
      freshnessClass: freshnessClass, objective: objective, model: model,
      probability: probability, upperBound: min(1, probability + max(0, doubt)),
      load: question.load(pollInterval: model.pollInterval),
      floor: model.conditions.unreachable
        * (model.maxStale.map { $0 <= objective.window ? 0 : 1 } ?? 1)
        + (1 - model.conditions.unreachable) * heard)
  }

  /// What a person must know before trusting the figures.
  static func warnings(_ question: TTLQuestion) -> [String] {
    let times = question.conditions.times
    var warnings: [String] = []
    for objective in Set(question.objectives.values).sorted(by: { $0.share < $1.share }) {
      let needed = ShareBound.samples(toShow: objective.share)
      if Double(times.samples) < needed {
        warnings.append(
          "\(NumberText.grouped(Double(times.samples)))"
            + " \(times.samples == 1 ? "sample" : "samples") can't show"
            + " \(NumberText.oneIn(objective.share)): that takes"
            + " \(NumberText.grouped(needed)) without a single one over"
            + " \(DurationText.short(objective.window)); measure for longer, or trust the figure"
            + " in the column `at most` instead")
      }
      if objective.window > times.longest && times.beyond > 0 {
        warnings.append(
          "the histogram ends at \(DurationText.short(times.longest)), and"
            + " \(NumberText.oneIn(times.beyond)) of its samples lie behind: they count as longer"
            + " than \(DurationText.short(objective.window))")
      }
    }
    return warnings
  }
}
