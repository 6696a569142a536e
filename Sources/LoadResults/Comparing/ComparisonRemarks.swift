/// What makes two runs less alike than a comparison wants.
enum ComparisonRemarks {
  /// A rate that differs by more than this share is another load.
  private static let sameRate = 0.05

  static func of(_ a: RunResult, _ b: RunResult) -> [String] {
    var remarks: [String] = []
    func differ(_ what: String, _ one: String, _ other: String) {
      if one != other { remarks.append("different \(what): \(one) and \(other)") }
    }
    differ("scenarios", "\"\(a.scenario)\"", "\"\(b.scenario)\"")
    differ("machines", a.machine, b.machine)
    differ("workers", "\(a.workers)", "\(b.workers)")
    differ("windows", window(a), window(b))
    for (name, run) in [("A", a), ("B", b)] where run.ending == .interrupted {
      remarks.append("run \(name) was interrupted after \(seconds(run.seconds))")
    }
    remarks += missing(in: b, "B", of: a, "A") + missing(in: a, "A", of: b, "B")
    for load in a.loads {
      guard let other = b.loads.first(where: { $0.name == load.name }) else { continue }
      remarks += differences(load, a.seconds, other, b.seconds)
    }
    return remarks
  }

  private static func missing(
    in run: RunResult, _ name: String, of other: RunResult, _ otherName: String
  ) -> [String] {
    other.loads.filter { load in !run.loads.contains { $0.name == load.name } }
      .map { "load \"\($0.name)\" is only in \(otherName), not in \(name)" }
  }

  private static func differences(
    _ a: LoadResult, _ secondsA: Double, _ b: LoadResult, _ secondsB: Double
  ) -> [String] {
    var remarks: [String] = []
    if a.connections != b.connections {
      remarks.append(
        "load \"\(a.name)\" has \(FigureText.count(a.connections)) connections in A,"
          + " \(FigureText.count(b.connections)) in B")
    }
    guard secondsA > 0, secondsB > 0 else { return remarks }
    let (rateA, rateB) = (Double(a.due) / secondsA, Double(b.due) / secondsB)
    if abs(rateA - rateB) > sameRate * max(rateA, rateB) {
      remarks.append(
        "load \"\(a.name)\" was due \(FigureText.rate(rateA)) in A, \(FigureText.rate(rateB)) in B")
    }
    return remarks
  }

  private static func window(_ run: RunResult) -> String { seconds(run.windowSeconds) }

  private static func seconds(_ value: Double) -> String {
    FigureText.time(nanoseconds: value * 1e9)
  }
}
