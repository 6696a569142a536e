internal import DataPlane
internal import Routing
internal import Telemetry

/// What the workers count.
extension RouterMetrics {
  /// Counters that have a family of their own with labels.
  private static let labelled: Set<WorkerCounter> = Set(
    EnvelopeLimit.allCases.flatMap { [$0.hits, $0.refusals].compactMap { $0 } }
      + RequestOutcome.allCases.map(\.counter))

  /// All others, each under its own name: whoever adds a counter has it here.
  func writeCounters(to text: inout MetricsText) {
    for counter in WorkerCounter.allCases where !Self.labelled.contains(counter) {
      switch counter {
      case .longestMapPauseMicroseconds:
        text.family(
          "shardway_longest_map_pause_seconds", .gauge,
          "The longest time that a new map has kept a worker from its sessions.")
        text.sample(.nanoseconds(view.count(counter) * 1000))
      case .longestCensusPauseMicroseconds:
        text.family(
          "shardway_longest_scrape_pause_seconds", .gauge,
          "The longest time that a scrape has kept a worker from its sessions.")
        text.sample(.nanoseconds(view.count(counter) * 1000))
      case .delayMicroseconds:
        text.family(
          "shardway_work_delay_seconds", .counter,
          "Time that work has waited because of its tenant's limits.")
        text.sample(.nanoseconds(view.count(counter) * 1000))
      default:
        text.family("shardway_\(counter.name)", .counter, Self.help(counter))
        text.sample(.count(view.count(counter)))
      }
    }
    for counter in TelemetryCounter.allCases {
      text.family(
        "shardway_\(counter.name)", .counter,
        "Traces and log lines: \(counter.name.replacing("_", with: " ")).")
      text.sample(.count(view.count(counter)))
    }
    text.family("shardway_requests", .counter, "Requests that have ended, by how.")
    for outcome in RequestOutcome.allCases {
      text.sample(.count(view.count(outcome.counter)), "outcome", outcome.name)
    }
    text.family(
      "shardway_events_dropped", .counter,
      "Events for the log that were dropped, because more came than could be written.")
    text.sample(sum { UInt64($0.events.droppedCount) })
  }

  /// The counter's name in words: the names are chosen to be read.
  private static func help(_ counter: WorkerCounter) -> String {
    let words = counter.name.replacing("_", with: " ")
    return "Worker counter: \(words)."
  }

  /// Why routes were found or refused.
  func writeDecisions(to text: inout MetricsText) {
    text.family(
      "shardway_route_decisions", .counter,
      "Decisions about where a session or a transaction goes, by the reason.")
    for reason in RouteReason.allCases {
      text.sample(
        sum { $0.routes.value(reason) },
        MetricLabels(("result", "routed"), ("reason", reason.name)))
    }
    for reason in RefusalReason.allCases {
      text.sample(
        sum { $0.refusals.value(reason) },
        MetricLabels(("result", "refused"), ("reason", reason.name)))
    }
  }

  /// What tenants' limits do.
  func writeLimits(to text: inout MetricsText) {
    text.family(
      "shardway_limit_hits", .counter,
      "Work that has met a limit of its tenant: delayed or refused.")
    for limit in EnvelopeLimit.allCases {
      text.sample(.count(view.count(limit.hits)), "limit", limit.name)
    }
    text.family("shardway_limit_refusals", .counter, "Work that was refused for a limit.")
    for limit in EnvelopeLimit.allCases {
      guard let refusals = limit.refusals else { continue }
      text.sample(.count(view.count(refusals)), "limit", limit.name)
    }
  }
}
