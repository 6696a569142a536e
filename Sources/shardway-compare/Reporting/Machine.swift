internal import Console
internal import LocalFleet

/// Where the figures come from; without it they mean little.
struct Machine: Codable, Sendable {
  let processor: String
  let cores: Int
  let kernel: String
  let postgres: String
  /// Programs of the peers, and their versions.
  let peers: [String: String]

  /// Asks the machine and PostgreSQL.
  static func describe(_ fleet: Fleet, peers: [String: String]) async throws(FleetError) -> Machine
  {
    let host = HostMachine.current
    let words = try await Command.run(fleet.launch("postgres", ["--version"]))
      .split { " \n".contains($0) }
    return Machine(
      processor: host.processor, cores: host.cores, kernel: host.kernel,
      postgres: words.first { $0.first?.isNumber ?? false }.map(String.init) ?? "?",
      peers: peers)
  }

  /// One line for people.
  var summary: String { "\(processor), \(cores) cores, Linux \(kernel); \(programs)" }

  /// The servers' and the peers' versions.
  var programs: String {
    let peers = peers.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
    return "PostgreSQL \(postgres)\(peers)"
  }
}
