/// What a campaign has found.
struct CampaignReport {
  let tenants: Int
  var atRandom = 0
  var aimed = 0
  var steps: [PublishingStep: Int] = [:]
  var mostLeftovers = 0
  var leftovers = 0
  var findings = Reader.Findings()

  init(tenants: Int) {
    self.tenants = tenants
  }

  mutating func note(_ step: PublishingStep, isAimed: Bool) {
    if isAimed { aimed += 1 } else { atRandom += 1 }
    steps[step, default: 0] += 1
  }

  var isGood: Bool { findings.bad.isEmpty && findings.back.isEmpty && leftovers == 0 }

  var text: String {
    var lines = [
      "\(atRandom + aimed) kills of a publisher of \(tenants) tenants, which patches and compiles in turn: "
        + "\(atRandom) at a random moment, \(aimed) aimed at a step",
      "\(findings.newest) versions published; opened and verified \(findings.opened) times: "
        + "\(findings.bad.count) bad maps, \(findings.back.count) versions that went back",
      "temporary files: at most \(mostLeftovers) after a kill, \(leftovers) after the last publishing",
      "killed while",
    ]
    for step in PublishingStep.allCases {
      lines.append("  \(step.name): \(steps[step, default: 0])")
    }
    lines += (findings.bad + findings.back).prefix(20).map { "BAD: \($0)" }
    return lines.joined(separator: "\n")
  }
}
