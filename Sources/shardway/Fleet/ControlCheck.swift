internal import Console
internal import ControlClient
internal import LocalFleet

/// Shows with real processes what a control plane is for, and that routers can do without it.
struct ControlCheck {
  let fleet: Fleet

  private let terminal = Terminal.standard
  /// How long the router may take to follow a change.
  private let patience: Duration = .seconds(10)

  init(fleet: Fleet) { self.fleet = fleet }

  /// Runs all steps, each of which needs the one before; says of each whether it held.
  func run(_ router: LocalRouter) async throws(FleetError) -> FleetSession.Outcome {
    terminal.line()
    var tenants = fleet.tenants
    guard try await move(&tenants, router), try await create(&tenants, router) else {
      return .wrong
    }
    return try await outage(tenants, router) ? .right : .wrong
  }

  /// The first tenant's record goes to another shard.
  private func move(
    _ tenants: inout [FleetTenant], _ router: LocalRouter
  ) async throws(FleetError) -> Bool {
    let tenant = tenants[0]
    guard let target = fleet.shards.last(where: { $0.id != tenant.shard }) else {
      terminal.line("there is one shard only: no record is moved")
      return true
    }
    let start = ContinuousClock.now
    let receipt = try await fleet.moveTenantRecord(tenant, to: target.id, why: "quickstart")
    let answered = ContinuousClock.now
    tenants[0] = tenant.moved(to: target.id)
    let deadline = answered + patience
    var attempts = 1
    while await !leads(router, tenants[0]) {
      guard ContinuousClock.now < deadline else {
        return held(
          false,
          "\(tenant.id) was moved to \(target.id), and after \(patience) the router still"
            + " sends sessions to \(tenant.shard)")
      }
      attempts += 1
    }
    return held(
      true,
      "\(tenant.id) moved from \(tenant.shard) to \(target.id) (map version"
        + " \(receipt.mapVersion ?? 0)): the API answered after \(milliseconds(answered - start)),"
        + " session \(attempts) after that was on \(target.primary.instance),"
        + " \(milliseconds(.now - answered)) later")
  }

  /// A new tenant is used the moment the API has answered.
  private func create(
    _ tenants: inout [FleetTenant], _ router: LocalRouter
  ) async throws(FleetError) -> Bool {
    let (tenant, receipt) = try await fleet.createTenant("newcomer", on: fleet.shards[0].id)
    let answered = ContinuousClock.now
    let check = await fleet.check(tenant, through: router)
    tenants.append(tenant)
    let text = "newcomer created (map version \(receipt.mapVersion ?? 0)): "
    guard check.isRight else {
      let told = check.strong.clientError ?? check.eventual.clientError ?? "a wrong server"
      return held(false, text + "its first session got: \(told)")
    }
    return held(
      true, text + "its first two sessions were answered, \(milliseconds(.now - answered)) later")
  }

  /// Without the control plane the router is restarted, and serves everybody it served before.
  private func outage(
    _ tenants: [FleetTenant], _ router: LocalRouter
  ) async throws(FleetError) -> Bool {
    await fleet.stopControl()
    await fleet.sidecar?.stop()
    try await fleet.sidecar?.start()
    let router = try await fleet.restartRouter(router)
    terminal.line("  control plane stopped; then sidecar and router stopped and started again")
    var wrong: [String] = []
    for tenant in tenants {
      let check = await fleet.check(tenant, through: router)
      if !check.isRight {
        wrong.append("\(tenant.id): \(check.strong.clientError ?? "a wrong server")")
      }
    }
    let stranger = FleetTenant(id: "stranger", database: "stranger_data", shard: tenants[0].shard)
    let refusal = await fleet.check(stranger, through: router).strong.clientError
    let all = held(
      wrong.isEmpty,
      "\(tenants.count - wrong.count) of \(tenants.count) tenants are served without the control"
        + " plane" + wrong.map { "\n    \($0)" }.joined())
    let refused = held(
      refusal?.contains("\"stranger\" does not exist") == true,
      "an unknown tenant is refused: \(refusal ?? "it was let in")")
    let told = try await tellStatus()
    return all && refused && told
  }

  /// What the sidecar says of itself, once it has asked in vain.
  private func tellStatus() async throws(FleetError) -> Bool {
    let deadline = ContinuousClock.now + patience
    var status = ""
    while !status.contains("unreachable"), ContinuousClock.now < deadline {
      status = try await fleet.sidecar?.status() ?? ""
    }
    let told = held(
      status.contains("unreachable"), "the sidecar says that nobody confirms its map:")
    terminal.line("\n" + terminal.styled("shardway-sidecar status:", .heading))
    for line in status.split(separator: "\n") { terminal.line("  \(line)") }
    terminal.line()
    return told
  }

  private func leads(_ router: LocalRouter, _ tenant: FleetTenant) async -> Bool {
    await fleet.check(tenant, through: router).strong.isRight
  }

  private func held(_ isHeld: Bool, _ text: String) -> Bool {
    terminal.line(
      "  " + (isHeld ? terminal.styled("held  ", .good) : terminal.styled("FAILED", .bad)) + " "
        + text)
    return isHeld
  }

  private func milliseconds(_ duration: Duration) -> String {
    let parts = duration.components
    let value = Double(parts.seconds) * 1000 + Double(parts.attoseconds) / 1e15
    return "\(NumberText.significant(value, digits: value < 10 ? 2 : 3)) ms"
  }
}
