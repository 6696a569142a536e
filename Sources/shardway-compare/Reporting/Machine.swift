internal import Console
internal import LocalFleet

/// Where the figures come from; without it they mean little.
struct Machine: Codable, Sendable {
  let processor: String
  let cores: Int
  let kernel: String
  let postgres: String
  let pgbouncer: String
  let haproxy: String

  /// Asks the machine and the programs.
  static func describe(_ fleet: Fleet) async throws(FleetError) -> Machine {
    let host = HostMachine.current
    return Machine(
      processor: host.processor, cores: host.cores, kernel: host.kernel,
      postgres: try await version(fleet.launch("postgres", ["--version"])),
      pgbouncer: try await version(Launch("pgbouncer", ["--version"])),
      haproxy: try await version(Launch("haproxy", ["-v"])))
  }

  /// The first number with a dot in a program's answer.
  private static func version(_ launch: Launch) async throws(FleetError) -> String {
    let words = try await Command.run(launch).split { " \n".contains($0) }
    return words.first { $0.first?.isNumber ?? false && $0.contains(".") }.map(String.init) ?? "?"
  }

  /// One line for people.
  var summary: String {
    "\(processor), \(cores) cores, Linux \(kernel); PostgreSQL \(postgres), PgBouncer"
      + " \(pgbouncer), HAProxy \(haproxy)"
  }
}
