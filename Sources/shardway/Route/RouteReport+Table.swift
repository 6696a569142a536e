internal import Routing

extension RouteReport {
  /// The report for a terminal: what was asked, the candidates, the outcome.
  func table() -> String {
    var lines = facts().map { name, value in name.padded(to: 10) + value }
    if !candidates.isEmpty {
      lines += [""] + Self.columns(rows()) + [""]
    }
    if let route {
      lines.append(
        "outcome".padded(to: 10) + "\(route.instance) at \(route.address), "
          + "database \(route.database) (\(([route.reason] + route.marks).joined(separator: ", ")))"
      )
    }
    if let refusal {
      lines.append("refused".padded(to: 10) + "\(refusal.explanation) (\(refusal.reason))")
      lines.append("hint".padded(to: 10) + refusal.hint)
      if let unknownTenant {
        lines.append("router".padded(to: 10) + "\(unknownTenant.action): \(unknownTenant.reason)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func facts() -> [(String, String)] {
    var facts = [("tenant", tenant), ("map", "version \(mapVersion)")]
    if let shard, let epoch { facts.append(("shard", "\(shard), epoch \(epoch)")) }
    if let tier { facts.append(("tier", tier + (tierAsked == nil ? " (the policy's)" : ""))) }
    if let mode { facts.append(("mode", mode.text)) }
    if let floor { facts.append(("floor", floor.text)) }
    if let freshness { facts.append(("age", freshness.text)) }
    if let envelope = freshness?.envelope { facts.append(("envelope", envelope)) }
    let place = [routerZone.map { "zone \($0)" }, routerRegion.map { "region \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    facts.append(("router", place.isEmpty ? "location not known" : place))
    if panic { facts.append(("panic", "too few replicas are healthy: ejections are ignored")) }
    return facts
  }

  private func rows() -> [[String]] {
    [["", "INSTANCE", "ROLE", "ZONE", "REGION", "DISTANCE", "LAG", "ADDRESS", "REASON", "WHY"]]
      + candidates.map { candidate in
        [
          candidate.taken ? "*" : "", candidate.instance, candidate.role, candidate.zone,
          candidate.region, candidate.distance, candidate.lag, candidate.address,
          candidate.reason, candidate.explanation,
        ]
      }
  }

  /// Rows as lines, each column as wide as its widest cell.
  private static func columns(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row.dropLast(), widths).map { $0.padded(to: $1) }
      return (cells + row.suffix(1)).joined(separator: "  ")
    }
  }
}

extension RouteReport.Candidate {
  /// At most so much, or nothing that is known.
  fileprivate var lag: String {
    provenLagMilliseconds.map { "<= \(FreshnessText.duration(milliseconds: $0))" } ?? "-"
  }
}

extension RouteReport.Mode {
  fileprivate var text: String {
    "\(mode) (\(cause))" + (until.map { ", until \($0)" } ?? "") + ": \(explanation)"
  }
}

extension RouteReport.Floor {
  fileprivate var text: String {
    let write = ownWrite ? "its own last write" : nil
    return [position, write].compactMap(\.self).joined(separator: " and ")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
