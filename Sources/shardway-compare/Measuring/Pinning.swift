internal import Foundation
internal import LocalFleet

/// Which processor cores the proxies may use, and which the servers and pgbench.
enum Pinning: String, Sendable, Codable, CaseIterable {
  /// The proxy has a core of its own, the rest share the others.
  case proxy
  /// The kernel decides.
  case none

  /// Keeps this process, and so all it starts from now on, off the proxies' core.
  func keepAside() async throws(FleetError) {
    guard let cores else { return }
    try await Self.pin(getpid(), to: cores.others)
  }

  /// Moves a running proxy to its core.
  func apply(to contender: Contender) async throws(FleetError) {
    guard let cores, let process = contender.process else { return }
    try await Self.pin(process.pid, to: cores.proxy)
  }

  /// What is done, in a few words.
  var summary: String {
    guard let cores else { return "not pinned" }
    return "proxies on core \(cores.proxy), servers and pgbench on \(cores.others)"
  }

  /// Lists as `taskset` reads them; nil when there is nothing to share.
  private var cores: (proxy: String, others: String)? {
    guard self == .proxy, let last = Self.available.last, Self.available.count > 1 else {
      return nil
    }
    return ("\(last)", Self.available.dropLast().map(String.init).joined(separator: ","))
  }

  /// The cores this process was started on.
  private static let available: [Int] = {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let label = "Cpus_allowed_list:"
    let list = status.split(separator: "\n").first { $0.hasPrefix(label) }?.dropFirst(label.count)
    return (list ?? "").split(separator: ",").flatMap { range in
      let ends = range.split(separator: "-").compactMap {
        Int($0.trimmingPrefix(while: \.isWhitespace))
      }
      guard let first = ends.first, let last = ends.last else { return [Int]() }
      return Array(first...last)
    }
  }()

  /// After the start, and all threads: a proxy that pins itself does so before.
  private static func pin(_ pid: Int32, to cores: String) async throws(FleetError) {
    try await Command.run(Launch("taskset", ["-a", "-c", "-p", cores, "\(pid)"]))
  }
}
