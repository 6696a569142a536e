internal import Foundation
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
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    let kernel = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
    let words = try await Command.run(fleet.launch("postgres", ["--version"]))
      .split { " \n".contains($0) }
    return Machine(
      processor: model?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "?",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      kernel: kernel?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "?",
      postgres: words.first { $0.first?.isNumber ?? false }.map(String.init) ?? "?",
      peers: peers)
  }

  /// One line for people.
  var summary: String {
    let peers = peers.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
    return "\(processor), \(cores) cores, Linux \(kernel); PostgreSQL \(postgres)\(peers)"
  }
}
