internal import Foundation
internal import LocalFleet

/// Which processor cores server, proxies and clients may use.
///
/// Ratios depend on it: a message that wakes another core costs its sender some microseconds more,
/// the same for every proxy, and most so on virtual machines.
enum Pinning: String, Sendable, Codable, CaseIterable {
  /// All share one core: no message wakes another one, so that the proxy's own work is measured;
  /// figures repeat best.
  case shared
  /// The server has its cores, proxy and clients share one.
  case server
  /// The proxy has a core of its own, the rest share the others.
  case proxy
  /// The kernel decides.
  case none

  /// Pins this process, and so the server that it starts next.
  func beforeServer() async throws(FleetError) {
    guard let cores else { return }
    try await Self.pin(getpid(), to: self == .shared ? cores.one : cores.most)
  }

  /// Pins this process, and so the proxies and clients that it starts from now on.
  func afterServer() async throws(FleetError) {
    guard self == .server, let cores else { return }
    try await Self.pin(getpid(), to: cores.one)
  }

  /// Moves a running proxy to its core.
  func apply(to contender: Contender) async throws(FleetError) {
    guard let cores else { return }
    for process in contender.processes { try await Self.pin(process.pid, to: cores.one) }
  }

  /// What is done, in a few words.
  var summary: String {
    guard let cores else { return "not pinned" }
    return switch self {
    case .shared: "server, proxy and clients on core \(cores.one)"
    case .server: "server on core \(cores.most), proxy and clients on core \(cores.one)"
    case .proxy: "proxy on core \(cores.one), server and clients on core \(cores.most)"
    case .none: "not pinned"
    }
  }

  /// Lists as `taskset` reads them; nil when there is nothing to share.
  private var cores: (one: String, most: String)? {
    guard self != .none, let last = Self.available.last, Self.available.count > 1 else {
      return nil
    }
    return ("\(last)", Self.available.dropLast().map(String.init).joined(separator: ","))
  }

  /// The cores this process was started on: read before the first pinning, which changes them.
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
