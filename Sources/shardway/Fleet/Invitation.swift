internal import Console
internal import LocalFleet

/// What a person can do with a fleet that is up: lines ready to paste.
struct Invitation {
  let fleet: Fleet
  let router: LocalRouter

  private var terminal: Terminal { .standard }

  func show() {
    terminal.line()
    terminal.table([["tenant", "shard", "database", "primary", "replicas"]] + tenantRows) { _, _ in
      nil
    }
    let tenant = fleet.tenants[0]
    let other = fleet.tenants.last { $0.shard != tenant.shard } ?? tenant
    let byDatabase = router.conninfo(to: tenant)
    section(
      "The tenant by database name, by option, and by user name:",
      [
        byDatabase.psqlLine, router.conninfo(to: other, by: .option).psqlLine,
        router.conninfo(to: other, by: .user).psqlLine,
      ])
    section(
      "Encrypted up to the tenant's server, the tenant by the server name of TLS:",
      [router.conninfo(to: tenant, by: .serverName).psqlLine])
    section(
      "On the nearest replica, and with a password (\(FleetRole.passwordText)):",
      [
        byDatabase.setting("shardway.consistency", "eventual").psqlLine,
        router.conninfo(to: tenant, user: FleetRole.password).psqlLine,
      ])
    section("Who answers:", ["SHOW cluster_name;"])
    if let control = fleet.control, let sidecar = fleet.sidecar {
      inviteTo(control, tenant: tenant, other: other)
      terminal.line(
        "\nLogs: \(router.logPath)\n      \(sidecar.logPath)\n      \(control.logPath)")
    }
    terminal.line("Ctrl-C stops everything and deletes \(fleet.path).")
  }

  private func inviteTo(_ control: LocalControl, tenant: FleetTenant, other: FleetTenant) {
    let shardway = FleetPrograms.ownPath
    section(
      "The control plane, in another terminal; `set` moves \(tenant.id)'s record:",
      [
        "export SHARDWAY_CONTROL=\(control.url) SHARDWAY_TOKEN_FILE=\(control.tokenFile(.operator))"
          + " SHARDWAY_CA=\(control.certificatePath)",
        "\(shardway) tenant set \(tenant.id) shard=\(other.shard) --why \"trying it out\"",
        "\(shardway) tenant list",
        "\(shardway) routers list",
        "\(shardway) events tail",
      ])
  }

  private var tenantRows: [[String]] {
    fleet.tenants.map { tenant in
      let shard = fleet.shard(tenant.shard)
      return [
        tenant.id, tenant.shard, tenant.database, shard.map { address($0.primary) } ?? "",
        shard?.replicas.map(address).joined(separator: ", ") ?? "",
      ]
    }
  }

  private func address(_ server: PostgresServer) -> String {
    "\(server.instance) 127.0.0.1:\(server.port)"
  }

  private func section(_ title: String, _ lines: [String]) {
    terminal.line("\n" + terminal.styled(title, .heading))
    for line in lines { terminal.line("  \(line)") }
  }
}
