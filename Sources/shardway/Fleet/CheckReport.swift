internal import Console
internal import LocalFleet

/// Queries every tenant through the router and shows who answered.
struct CheckReport {
  let fleet: Fleet
  let router: LocalRouter

  private var terminal: Terminal { .standard }

  /// Prints a line for each tenant.
  func run() async -> FleetSession.Outcome {
    var checks: [TenantCheck] = []
    for tenant in fleet.tenants { checks.append(await fleet.check(tenant, through: router)) }
    terminal.line()
    show(checks)
    for check in checks {
      guard let error = check.strong.clientError ?? check.eventual.clientError else { continue }
      terminal.line("  \(check.tenant.id): \(error)")
    }
    terminal.line()
    let wrong = checks.count { !$0.isRight }
    guard wrong == 0 else {
      terminal.line(
        terminal.styled("\(wrong) of \(checks.count) tenants were answered wrongly", .bad))
      return .wrong
    }
    terminal.line(
      terminal.styled("every one of \(checks.count) tenants was answered by its shard", .good))
    return .right
  }

  private func show(_ checks: [TenantCheck]) {
    let heading = [
      "tenant", "shard", "database", "strong: answered by", "eventual: answered by", "",
    ]
    let rows = checks.map { check in
      [
        check.tenant.id, check.tenant.shard, check.tenant.database,
        text(check.strong), text(check.eventual), check.isRight ? "right" : "WRONG",
      ]
    }
    terminal.table([heading] + rows) { row, column in
      switch column {
      case 3: checks[row].strong.isRight ? nil : .bad
      case 4: checks[row].eventual.isRight ? nil : .bad
      case 5: checks[row].isRight ? .good : .bad
      default: nil
      }
    }
  }

  private func text(_ answer: TenantCheck.Answer) -> String {
    guard !answer.isRight else { return answer.answer ?? "" }
    return "\(answer.answer ?? "nobody") (expected \(answer.expected.joined(separator: " or ")))"
  }
}
